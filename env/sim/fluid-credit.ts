import type { ServiceProfile } from '../types.ts';
import type { BusySlots } from './busy-slots.ts';
import type { Congestion } from './congestion.ts';
import { CreditAccount } from './credit-account.ts';
import type { FluidRungs } from './fluid-rungs.ts';
import type { LineLimits } from './line-limits.ts';
import { type CreditParts, PressedStarts, type Second } from './pressed-starts.ts';
import { ShortLines } from './short-lines.ts';

/** The share of smaller variants is found in so many rounds, from that of the second before. */
const rounds = 3;

/** Of the capacity in force: from here on no larger variants are worth a word, and how often all slots are at work tells nothing of the loss. */
const mostLoaded = 0.97;

/**
 * The accuracy budget (env/physics/budgets.ts) as a fluid: of the starts of a second a share is answered by smaller variants, those under
 * pressure, as far as the credit pays for them, and a share by larger ones. All slots then serve with the mean service time.
 */
export class FluidCredit {
  readonly account: CreditAccount;
  /** Whether the miss budget lets wait who would overflow. */
  letsWait = false;
  readonly #rungs: FluidRungs;
  readonly #limits: LineLimits;
  readonly #congestion: Congestion;
  readonly #busy: BusySlots;
  /** The second. */
  readonly #second: Second = { offered: 0, counted: 0, waiting: 0, inside: 0, seen: 0 };
  readonly #pressed: PressedStarts;
  readonly #shortLines: ShortLines;
  #calmRate = -1;

  constructor(profile: ServiceProfile, parts: CreditParts) {
    this.#shortLines = new ShortLines(profile, parts.rungs, parts.limits);
    const { rungs, limits, congestion, busy } = parts;
    this.#pressed = new PressedStarts(parts, this.#second);
    this.account = new CreditAccount(rungs);
    this.#rungs = rungs;
    this.#limits = limits;
    this.#congestion = congestion;
    this.#busy = busy;
  }

  /**
   * Finds the shares of a second with `offered` requests, of which each finds the others, less `counted`; of those `inside` so many are
   * `waiting` in the lines of the classes.
   */
  find(
    offered: number,
    counted: number,
    lastRate: number,
    waiting: number,
    inside: number,
    backlog: Float64Array,
  ): void {
    const rungs = this.#rungs;
    const limits = this.#limits;
    this.#second.offered = offered;
    this.#second.counted = counted;
    this.#second.waiting = waiting;
    this.#second.inside = inside;
    this.#second.seen = this.#see();
    limits.find(lastRate, waiting > 0 ? backlog : null);
    limits.relax();
    if (this.#shortLines.isShort && !this.letsWait) {
      this.#shortLines.find(offered, lastRate, this.account);
      this.#congestion.take(this.#shortLines, offered);
      this.#run();
      return;
    }
    const canSpend = rungs.canShrink && this.account.credit >= 0;
    if (canSpend) this.#stretch(lastRate, backlog);
    const isClosed = rungs.canShrink && (limits.isClosed || limits.pressed[0]! < 1);
    const most = canSpend ? this.account.mostPaid(this.#second) : 0;
    let wanted = 0;
    if (isClosed) wanted = this.#findClosed(canSpend);
    else {
      rungs.findLarger(this.#second.seen, inside > 0);
      if (canSpend) wanted = this.#findOpen(Math.min(most, 1 - rungs.largerShare));
      else this.#reckon(0, false);
    }
    if (wanted > most) {
      limits.find(lastRate, waiting > 0 ? backlog : null);
      limits.relax();
      this.#findLimited(most);
    }
    this.#serve();
  }

  /** Up to this rate, and with nothing waiting, nobody overflows, waits too long, or is under pressure. */
  trust(calmRate: number): void {
    this.#shortLines.measure();
    this.#calmRate = this.#limits.isOpenAt(calmRate) ? calmRate : -1;
  }

  /**
   * Finds the shares of a second that nobody enters waiting, where surely nobody waits in it either; returns false where that is not sure.
   * Then no smaller variants answer, and what has to be known of the line need not be found.
   */
  findCalm(offered: number, counted: number, lastRate: number): boolean {
    if (offered > this.#calmRate || lastRate > this.#calmRate) return false;
    const second = this.#second;
    second.offered = offered;
    second.counted = counted;
    second.waiting = second.inside = 0;
    second.seen = this.#see();
    this.#rungs.findLarger(second.seen, false);
    this.#rungs.mix(0);
    if (this.#rungs.busyByLarger > 0 && !this.#isQuiet(offered)) return false;
    const { busy } = this.#busy;
    this.#run();
    if (this.#busy.saturated === 0) return true;
    this.#busy.goBack(busy);
    return false;
  }

  /** Larger variants may keep all slots at work; yet surely no line grows full, or too long for a deadline. */
  #isQuiet(offered: number): boolean {
    this.#congestion.relieve(this.#rungs.capacityInForce, 0, 0);
    return this.#congestion.isQuiet(offered);
  }

  /** Requests per second of which an arrival finds as many at work. */
  #see(): number {
    const { busy } = this.#busy;
    this.#busy.run(this.#second.offered, this.#second.counted, this.#second.inside);
    this.#busy.goBack(busy);
    return this.#busy.seen;
  }

  #stretch(lastRate: number, backlog: Float64Array): void {
    const { price, smallestCapacity } = this.#rungs;
    const affordable = price > 0 ? this.account.credit / price : Number.POSITIVE_INFINITY;
    this.#limits.stretch(lastRate, backlog, smallestCapacity, affordable);
  }

  /**
   * Where some may not wait: who takes the last free slot, or starts from the line, is answered by the smaller variant. Returns the share
   * of the starts that this would be.
   */
  #findClosed(canSpend: boolean): number {
    const rungs = this.#rungs;
    const { losses } = this.#congestion;
    const wanted = rungs.findUnlined(this.#second.seen);
    this.#relieve(canSpend);
    losses.loss = rungs.busyByLarger;
    this.#congestion.find(this.#second.offered);
    const { allBusy, answered } = this.#congestion;
    if (this.letsWait) return this.#findPatient(wanted);
    // Of the starts, so many are of requests that find a slot free.
    const atOnce = Math.min(1, (1 - allBusy) / Math.max(answered, 1e-9));
    rungs.thinLarger(atOnce);
    rungs.mix(Math.min(1 - rungs.largerShare, (wanted - 1) * atOnce + 1));
    return rungs.smallerShare;
  }

  /** Who would overflow waits: all slots are at work as often as where anybody may wait, and whoever starts then is under pressure. */
  #findPatient(wanted: number): number {
    const rungs = this.#rungs;
    const { loss } = this.#congestion.losses;
    const states = 1 / Math.max(1 - this.#second.offered / rungs.smallestCapacity, 0.05);
    const atOnce = 1 - (loss * states) / (1 + loss * (states - 1));
    rungs.thinLarger(atOnce);
    rungs.mix(Math.min(1 - rungs.largerShare, (wanted - 1) * atOnce + 1));
    return rungs.smallerShare;
  }

  /** Who starts from a pressed line is answered by the smaller variant. Returns the share of the starts that this would be. */
  #findOpen(most: number): number {
    const rungs = this.#rungs;
    const surely = this.#pressed.byLine();
    let share = Math.min(most, Math.max(surely, rungs.smallerShare));
    let wanted = share;
    for (let round = 0; round < rounds; round++) {
      this.#reckon(share, true);
      wanted = Math.max(surely, this.#pressed.byChance());
      share = (share + Math.min(wanted, most)) / 2;
    }
    rungs.mix(share);
    return wanted;
  }

  /** All that the credit pays for is spent, on whoever comes first: the slots are as if of one speed. */
  #findLimited(share: number): void {
    const { losses } = this.#congestion;
    this.#rungs.mix(share);
    this.#congestion.relieve(this.#rungs.capacity, 0, 0);
    losses.find(this.#second.seen);
    this.#countLarger();
    this.#congestion.find(this.#second.offered);
  }

  #relieve(canSpend: boolean): void {
    const { capacityInForce, smallestCapacity, servers } = this.#rungs;
    if (canSpend) this.#congestion.relieve(capacityInForce, smallestCapacity, servers / smallestCapacity);
    else this.#congestion.relieve(capacityInForce, 0, 0);
  }

  #reckon(smallerShare: number, canSpend: boolean): void {
    this.#rungs.mix(smallerShare);
    this.#relieve(canSpend);
    this.#congestion.losses.find(this.#second.seen);
    this.#countLarger();
    this.#congestion.find(this.#second.offered);
  }

  /** Larger variants keep slots at work for longer; how often all are, with a line, gives the loss of a system without one. */
  #countLarger(): void {
    const { losses } = this.#congestion;
    const { busyByLarger, capacityInForce } = this.#rungs;
    const ratio = this.#second.seen / capacityInForce;
    if (busyByLarger === 0 || ratio > mostLoaded) return;
    const states = 1 / (1 - ratio);
    losses.loss = Math.max(losses.loss, busyByLarger / (states - busyByLarger * (states - 1)));
  }

  #serve(): void {
    const rungs = this.#rungs;
    const { smallerShare } = rungs;
    // Where one class may not wait, whoever does is served by smaller variants from the first on.
    if (this.#limits.pressed[0]! < 1 && !this.#limits.isClosed) {
      const before = this.#busy.busy;
      rungs.mix(Math.max(smallerShare, 1 - rungs.largerShare));
      this.#run();
      const { startable, saturated } = this.#busy;
      this.#busy.goBack(before);
      rungs.mix(smallerShare);
      this.#run();
      this.#busy.startable = startable;
      this.#busy.saturated = saturated;
    } else this.#run();
  }

  #run(): void {
    this.#busy.measure(this.#rungs.servers, this.#rungs.capacity);
    this.#busy.run(this.#second.offered, this.#second.counted, this.#second.inside);
  }
}
