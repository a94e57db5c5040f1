import { routerBudgets } from '../physics/budgets.ts';
import type { DeadlineShares } from '../physics/deadline-shares.ts';
import type { ServiceProfile } from '../types.ts';
import { BusySlots } from './busy-slots.ts';
import { Congestion } from './congestion.ts';
import { ContendedLines } from './contended-lines.ts';
import { ContendedService } from './contended-service.ts';
import { FluidCredit } from './fluid-credit.ts';
import type { Serving } from './fluid-fleets.ts';
import { FluidPatience } from './fluid-patience.ts';
import type { FluidRungs } from './fluid-rungs.ts';
import type { FluidSpill } from './fluid-spill.ts';
import type { Ledger } from './ledger.ts';
import { LineAnswers } from './line-answers.ts';
import { LineLimits } from './line-limits.ts';
import { LineOverflow } from './line-overflow.ts';
import { LineShares } from './line-shares.ts';
import type { LossChain } from './loss-chain.ts';
import { SafeRates } from './safe-rates.ts';

/**
 * The waiting lines in front of the VMs as a fluid, one per class, served strictest class first, in steps of a second. Who waits from
 * one second to the next follows from the counts of the seconds; what happens within one is the congestion's to say.
 */
export class FluidLines {
  /** [class] Requests waiting. */
  readonly backlog: Float64Array;
  /** Since they were last set to 0: requests offered; and those of the seconds in which surely nobody waited, who are not among the answered. */
  arrived = 0;
  calm = 0;
  readonly answers: LineAnswers;
  /** Turned away in the last second. */
  readonly overflow: LineOverflow;
  readonly #busy: BusySlots;
  readonly #limits: LineLimits;
  readonly #congestion: Congestion;
  readonly #contended: ContendedService;
  /** Null: no contention. */
  readonly #contendedLines: ContendedLines | null;
  readonly #rates: SafeRates;
  /** Null: no accuracy budget. */
  readonly credit: FluidCredit | null;
  readonly #rungs: FluidRungs | null;
  /** Null: no miss budget. */
  readonly patience: FluidPatience | null;
  /** What the overflow comes from. */
  readonly losses: LossChain;
  /** [class] */
  readonly #shares: Float64Array;
  #servers = -1;
  #counted = 1;
  readonly #sharing: LineShares;
  #serving: Serving | null = null;

  constructor(
    profile: ServiceProfile,
    deadlines: DeadlineShares,
    rungs: FluidRungs | null,
    ledger: Ledger,
    lambda: FluidSpill,
  ) {
    const { clientTimeoutMs, queueLimit, serviceCv } = profile;
    const { classes } = profile.slo;
    this.answers = new LineAnswers(classes.length, deadlines, clientTimeoutMs / 1000);
    const shares = Float64Array.from(classes, (one) => one.share);
    this.#shares = shares;
    this.#limits = new LineLimits(classes, queueLimit, deadlines);
    this.#congestion = new Congestion(shares, this.#limits, serviceCv);
    this.losses = this.#congestion.losses;
    this.#contended = new ContendedService(profile.pools);
    this.#rates = new SafeRates(this.#limits, this.#congestion);
    this.#busy = new BusySlots(serviceCv);
    const parts = { limits: this.#limits, congestion: this.#congestion, busy: this.#busy };
    this.#rungs = rungs;
    this.patience = routerBudgets(profile).misses
      ? new FluidPatience(profile, { ledger, answers: this.answers, congestion: this.#congestion, lambda })
      : null;
    this.credit = rungs && new FluidCredit(profile, { rungs, ...parts });
    this.overflow = new LineOverflow(shares, this.#limits, this.answers);
    const { answers, overflow, patience } = this;
    this.#sharing = new LineShares(shares, { ...parts, contended: this.#contended, answers, overflow, patience });
    this.backlog = this.#sharing.backlog;
    const booked = { limits: this.#limits, answers, overflow, backlog: this.backlog };
    const isCounted = this.#contended.isAny && !rungs && !patience;
    this.#contendedLines = isCounted ? new ContendedLines(profile, booked) : null;
  }

  /** The slots in use, [class] the waits allowed (null: any), and the part of a known number of requests that is offered here. */
  measure(serving: Serving, maxWaitMs: readonly (number | null)[], counted: number): void {
    const { servers, capacity } = serving;
    const isSame = servers === this.#servers && capacity === this.#sharing.capacity && counted === this.#counted;
    this.#congestion.measure(serving, counted);
    if (!this.#limits.allow(maxWaitMs) && isSame) return;
    this.#serving = serving;
    this.#servers = servers;
    this.#sharing.capacity = this.#sharing.capacityInForce = capacity;
    this.#sharing.serviceSeconds = servers > 0 ? servers / capacity : 0;
    this.#counted = counted;
    this.#busy.measure(servers, capacity);
    this.#limits.measure(this.#sharing.serviceSeconds, capacity);
    this.answers.measure(this.#sharing.serviceSeconds);
    if (this.answers.latency) this.#rates.trustNone();
    else this.#rates.find(capacity, this.#contended.isAny, this.credit !== null || this.patience !== null);
    this.credit?.trust(this.#rates.calm);
    this.#contendedLines?.measure(serving, this.waiting);
  }

  /**
   * Runs the seconds from `first` on, [offset + second], of whose counts `toVms` is the part offered here, up to the first that turns
   * somebody away; returns the one after, or `end`. The requests that were offered are added to `arrived`.
   */
  run(counts: ArrayLike<number>, offset: number, first: number, end: number, toVms: number): number {
    let second = first;
    while (second < end) {
      if (this.inside === 0 && toVms === 1 && !this.credit) {
        const next = this.#busy.pass(counts, offset, second, end, this.#rates.calm);
        if (next > second) {
          this.patience?.pass(counts, offset + second, offset + next);
          this.#goOn(this.#busy.passed, counts[offset + next - 1]!);
          this.#contendedLines?.clear();
          if (next === end) return next;
          second = next;
        }
      }
      const offered = counts[offset + second++]! * toVms;
      this.arrived += offered;
      if (this.credit) this.#flowOnCredit(offered, this.credit);
      else if (this.#contendedLines?.isOn) this.#flowContended(offered, this.#contendedLines);
      else this.#flow(offered);
      if (this.overflow.total > 0) return second;
    }
    return second;
  }

  /** After seconds in which surely nobody waited. */
  #goOn(passed: number, lastRate: number): void {
    this.calm += passed;
    this.arrived += passed;
    this.#sharing.lastRate = lastRate;
    this.overflow.forget();
  }

  /** A second. */
  #flow(offered: number): void {
    if (this.#contended.isAny && this.#servers > 0) this.#slowDown(offered);
    this.#busy.run(offered, this.#counted, this.inside);
    if (offered <= this.#rates.steady) {
      this.#sharing.shareSteadily(offered);
      if (this.overflow.total > 0) this.losses.find(this.#busy.seen);
    } else {
      this.#limits.find(this.#sharing.lastRate, this.waiting > 0 ? this.backlog : null);
      this.losses.find(this.#busy.seen);
      this.#congestion.find(offered);
      if (this.inside > 0 || this.#busy.startable < Number.POSITIVE_INFINITY || this.answers.latency || this.patience)
        this.#sharing.share(offered);
      else this.#sharing.shareAtOnce(offered);
    }
    this.#sharing.lastRate = offered;
  }

  /** A second of which it was counted what it makes of a line. */
  #flowContended(offered: number, lines: ContendedLines): void {
    this.#busy.run(offered, this.#counted, this.inside);
    this.losses.find(this.#busy.seen);
    this.#sharing.waiting = lines.flow(offered, this.#shares);
    this.#sharing.lastRate = offered;
  }

  /** Requests waiting in the lines of the classes; and those that the miss budget lets wait as well. */
  get waiting(): number {
    return this.#sharing.waiting;
  }

  get inside(): number {
    return this.#sharing.inside;
  }

  /** A second in which smaller and larger variants may answer. */
  #flowOnCredit(offered: number, credit: FluidCredit): void {
    const before = this.inside;
    if (before === 0 && credit.findCalm(offered, this.#counted, this.#sharing.lastRate)) {
      this.#stayCalm(offered, credit);
      return;
    }
    const busyBefore = this.#busy.busy;
    const lost = this.answers.lostTotal;
    credit.find(offered, this.#counted, this.#sharing.lastRate, this.waiting, before, this.backlog);
    this.#sharing.capacity = this.#rungs!.capacity;
    if (this.#contended.isAny && this.#servers > 0) this.#slowDownRungs(offered, busyBefore, this.#rungs!);
    this.#sharing.share(offered);
    credit.letsWait = this.patience?.letsWait ?? false;
    const gone = this.overflow.total + this.answers.lostTotal - lost;
    credit.account.book(before + offered - this.inside - gone, this.overflow.total);
    this.#sharing.lastRate = offered;
  }

  /** Surely nobody waits or is turned away, whichever variant answers. */
  #stayCalm(offered: number, credit: FluidCredit): void {
    this.calm += offered;
    this.overflow.forget();
    this.#sharing.capacity = this.#rungs!.capacity;
    this.#sharing.lastRate = offered;
    this.patience?.notice(offered);
    credit.letsWait = this.patience !== null;
    credit.account.book(offered, 0);
  }

  /** Those that wait slow the VMs down. */
  #slowDown(offered: number): void {
    this.#contended.find(this.#serving!, this.#waitingBehind(offered));
    this.#sharing.capacity = this.#contended.capacity;
    this.#busy.measure(this.#servers, this.#sharing.capacity);
    this.#congestion.slowTo(this.#sharing.capacity);
  }

  /** The same of a second whose variants are found, before which so many slots were at work. */
  #slowDownRungs(offered: number, busyBefore: number, rungs: FluidRungs): void {
    this.#contended.find(rungs, this.#waitingBehind(offered));
    this.#sharing.capacity = this.#contended.capacity;
    this.#busy.goBack(busyBefore);
    this.#busy.measure(this.#servers, this.#sharing.capacity);
    this.#busy.run(offered, this.#counted, this.inside);
  }

  /** As many as the counts say, or by chance within the second, but no more than may; less one, who starts. */
  #waitingBehind(offered: number): number {
    const most = this.#mostWaiting(offered);
    const byCounts = this.waiting + (offered - this.#sharing.capacity) / 2;
    const byChance = this.#congestion.meanLength(this.backlog.length - 1, offered);
    return Math.max(0, Math.min(Math.max(byCounts, byChance), most) - 1);
  }

  /** So many the lines hold at most: the first class that finds the capacity exceeded, together with the stricter ones, fills its room. */
  #mostWaiting(offered: number): number {
    const { rooms } = this.#limits;
    let arrived = 0;
    let ahead = 0;
    for (let k = 0; ; k++) {
      arrived += offered * this.#shares[k]!;
      const most = ahead + rooms[k]!;
      if (k === rooms.length - 1 || arrived > this.#sharing.capacity) return most;
      ahead += this.backlog[k]!;
    }
  }
}
