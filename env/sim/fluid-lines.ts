import { routerBudgets } from '../physics/budgets.ts';
import type { DeadlineShares } from '../physics/deadline-shares.ts';
import type { ServiceProfile } from '../types.ts';
import { BusySlots } from './busy-slots.ts';
import { Congestion } from './congestion.ts';
import { ContendedService } from './contended-service.ts';
import { FluidCredit } from './fluid-credit.ts';
import type { Serving } from './fluid-fleets.ts';
import { FluidPatience } from './fluid-patience.ts';
import type { FluidRungs } from './fluid-rungs.ts';
import type { Ledger } from './ledger.ts';
import { LineAnswers } from './line-answers.ts';
import { LineLimits } from './line-limits.ts';
import { LineOverflow } from './line-overflow.ts';
import type { LossChain } from './loss-chain.ts';
import { SafeRates } from './safe-rates.ts';

/** Requests of a second below which an overflow is not worth an entry in the books. */
const negligibleOverflow = 1e-6;
/** Requests waiting that are a rounding error. */
const negligibleLine = 1e-9;

/**
 * The waiting lines in front of the VMs as a fluid, one per class, served strictest class first, in steps of a second. Who waits from
 * one second to the next follows from the counts of the seconds; what happens within one is the congestion's to say.
 */
export class FluidLines {
  /** [class] Requests waiting. */
  readonly backlog: Float64Array;
  waiting = 0;
  /** Since they were last set to 0: requests offered; and those of the seconds in which surely nobody waited, who are not among the answered. */
  arrived = 0;
  calm = 0;
  readonly answers: LineAnswers;
  /** Turned away in the last second. */
  readonly overflow: LineOverflow;
  readonly #busy = new BusySlots();
  readonly #limits: LineLimits;
  readonly #congestion: Congestion;
  readonly #contended: ContendedService;
  readonly #rates: SafeRates;
  /** Null: no accuracy budget. */
  readonly credit: FluidCredit | null;
  readonly #rungs: FluidRungs | null;
  /** Null: no miss budget. */
  readonly patience: FluidPatience | null;
  readonly #left = { startable: 0, flow: 0, chanceSeconds: 0 };
  /** What the overflow comes from. */
  readonly losses: LossChain;
  /** [class] */
  readonly #shares: Float64Array;
  #servers = -1;
  #capacity = 0;
  #serviceSeconds = 0;
  #counted = 1;
  #lastRate = 0;
  #serving: Serving | null = null;

  constructor(profile: ServiceProfile, deadlines: DeadlineShares, rungs: FluidRungs | null, ledger: Ledger) {
    const { clientTimeoutMs, queueLimit, serviceCv } = profile;
    const { classes } = profile.slo;
    const perClass = () => new Float64Array(classes.length);
    this.answers = new LineAnswers(classes.length, deadlines, clientTimeoutMs / 1000);
    this.#shares = Float64Array.from(classes, (one) => one.share);
    this.#limits = new LineLimits(classes, queueLimit, deadlines);
    this.#congestion = new Congestion(this.#shares, this.#limits, serviceCv);
    this.losses = this.#congestion.losses;
    this.#contended = new ContendedService(profile.pools);
    this.#rates = new SafeRates(this.#limits, this.#congestion);
    this.backlog = perClass();
    const parts = { limits: this.#limits, congestion: this.#congestion, busy: this.#busy };
    this.#rungs = rungs;
    this.patience = routerBudgets(profile).misses ? new FluidPatience(profile, ledger, this.answers) : null;
    this.credit = rungs && new FluidCredit({ rungs, ...parts });
    this.overflow = new LineOverflow(this.#shares, this.#limits, this.answers);
  }

  /** The slots in use, [class] the waits allowed (null: any), and the part of a known number of requests that is offered here. */
  measure(serving: Serving, maxWaitMs: readonly (number | null)[], counted: number): void {
    const { servers, capacity } = serving;
    const isSame = servers === this.#servers && capacity === this.#capacity && counted === this.#counted;
    this.#congestion.measure(serving, counted);
    if (!this.#limits.allow(maxWaitMs) && isSame) return;
    this.#serving = serving;
    this.#servers = servers;
    this.#capacity = capacity;
    this.#serviceSeconds = servers > 0 ? servers / capacity : 0;
    this.#counted = counted;
    this.#busy.measure(servers, capacity);
    this.#limits.measure(this.#serviceSeconds, capacity);
    this.answers.measure(this.#serviceSeconds);
    if (this.answers.latency || this.credit || this.patience) this.#rates.trustNone();
    else this.#rates.find(capacity, this.#contended.isAny);
  }

  /**
   * Runs the seconds from `first` on, [offset + second], of whose counts `toVms` is the part offered here, up to the first that turns
   * somebody away; returns the one after, or `end`. The requests that were offered are added to `arrived`.
   */
  run(counts: ArrayLike<number>, offset: number, first: number, end: number, toVms: number): number {
    let second = first;
    while (second < end) {
      if (this.waiting === 0 && toVms === 1) {
        const next = this.#busy.pass(counts, offset, second, end, this.#rates.calm);
        if (next > second) {
          this.#goOn(this.#busy.passed, counts[offset + next - 1]!);
          if (next === end) return next;
          second = next;
        }
      }
      const offered = counts[offset + second++]! * toVms;
      this.arrived += offered;
      if (this.credit) this.#flowOnCredit(offered, this.credit);
      else this.#flow(offered);
      if (this.overflow.total > 0) return second;
    }
    return second;
  }

  /** After seconds in which surely nobody waited. */
  #goOn(passed: number, lastRate: number): void {
    this.calm += passed;
    this.arrived += passed;
    this.#lastRate = lastRate;
    this.overflow.forget();
  }

  /** A second. */
  #flow(offered: number): void {
    if (this.#contended.isAny && this.#servers > 0) this.#slowDown(offered);
    this.#busy.run(offered, this.#counted, this.inside);
    if (offered <= this.#rates.steady) {
      this.#shareSteadily(offered);
      if (this.overflow.total > 0) this.losses.find(this.#busy.seen);
    } else {
      this.#limits.find(this.#lastRate, this.waiting > 0 ? this.backlog : null);
      this.losses.find(this.#busy.seen);
      this.#congestion.find(offered);
      if (this.inside > 0 || this.#busy.startable < Number.POSITIVE_INFINITY || this.answers.latency || this.patience)
        this.#share(offered);
      else this.#shareAtOnce(offered);
    }
    this.#lastRate = offered;
  }

  /** Requests waiting, those that the miss budget lets wait included. */
  get inside(): number {
    return this.patience ? this.waiting + this.patience.total : this.waiting;
  }

  /** A second in which smaller and larger variants may answer. */
  #flowOnCredit(offered: number, credit: FluidCredit): void {
    const before = this.inside;
    credit.find(offered, this.#counted, this.#lastRate, this.waiting, before, this.backlog);
    this.#capacity = this.#rungs!.capacity;
    this.#share(offered);
    credit.book(before + offered - this.inside - this.overflow.total, this.overflow.total);
    this.#lastRate = offered;
  }

  /** Those that wait slow the VMs down: as many as the counts say, or by chance within the second, but no more than may. */
  #slowDown(offered: number): void {
    const { rooms } = this.#limits;
    const last = rooms.length - 1;
    let most = 0;
    for (let k = 0; k <= last; k++) most = Math.max(most, rooms[k]!);
    const byCounts = this.waiting + (offered - this.#capacity) / 2;
    const byChance = this.#congestion.meanLength(last, offered);
    this.#contended.find(this.#serving!, Math.max(0, Math.min(Math.max(byCounts, byChance), most) - 1));
    this.#capacity = this.#contended.capacity;
    this.#busy.measure(this.#servers, this.#capacity);
    this.#congestion.slowTo(this.#capacity);
  }

  /** What `#share` does in a second in which chance makes nobody late or turned away. */
  #shareSteadily(offered: number): void {
    const { backlog } = this;
    const { answered } = this.answers;
    this.overflow.forget();
    let startable = this.#busy.startable;
    let flowLeft = this.#capacity;
    let ahead = 0;
    let waiting = 0;
    for (let k = 0; k < backlog.length; k++) {
      const arrived = offered * this.#shares[k]!;
      const before = backlog[k]!;
      let served = arrived;
      if (before > 0 || arrived > startable) {
        served = Math.min(startable, before + arrived);
        waiting += this.#wait(k, before, arrived, served, ahead, flowLeft);
        ahead += before;
      } else answered[k]! += served;
      startable -= served;
      flowLeft = Math.max(flowLeft - Math.min(served, arrived), 0);
    }
    this.waiting = waiting;
  }

  /** Some of a class wait, before or after the second; returns how many after. */
  #wait(k: number, before: number, arrived: number, served: number, ahead: number, flow: number): number {
    let after = before + arrived - served;
    if (after < negligibleLine) after = 0;
    else {
      const turnedAway = Math.min(arrived, after - this.#limits.room(k, this.#lastRate, ahead));
      if (turnedAway >= negligibleOverflow) {
        after -= turnedAway;
        this.overflow.add(k, turnedAway);
      }
      after = this.answers.giveUp(k, after, Math.max(flow, arrived));
    }
    this.answers.answered[k]! += served;
    if (Math.max(before, after) > this.#limits.harmlessSeconds[k]! * flow) {
      this.#waited(k, served, before, after, flow);
    }
    this.backlog[k] = after;
    return after;
  }

  /** Everybody starts within the second, or is turned away. */
  #shareAtOnce(offered: number): void {
    const { full, late, allBusy } = this.#congestion;
    const { answered, lateByWait } = this.answers;
    this.overflow.forget();
    for (let k = 0; k < full.length; k++) {
      const arrived = offered * this.#shares[k]!;
      let turnedAway = arrived * allBusy * full[k]!;
      if (turnedAway < negligibleOverflow) turnedAway = 0;
      answered[k]! += arrived - turnedAway;
      lateByWait[k]! += (arrived - turnedAway) * allBusy * late[k]!;
      this.overflow.add(k, turnedAway);
    }
  }

  /** Shares what can start within the second among the classes. */
  #share(offered: number): void {
    const { backlog } = this;
    const { answered, lateByWait, latency } = this.answers;
    const { full, fullLong, late, allBusy } = this.#congestion;
    const { rooms, harmlessSeconds } = this.#limits;
    let startable = this.#busy.startable;
    let flowLeft = this.#capacity;
    const isBeyond = offered > this.#capacity;
    let behind = this.inside;
    let waiting = 0;
    this.overflow.forget();
    for (let k = 0; k < backlog.length; k++) {
      const arrived = offered * this.#shares[k]!;
      const before = backlog[k]!;
      behind -= before;
      // Who waits behind this class keeps all slots busy.
      const busyShare = behind > 1e-9 ? Math.max(this.#busy.saturated, allBusy) : allBusy;
      const room = rooms[k]!;
      const surely = before + arrived - startable - room;
      let byChance = arrived * busyShare * full[k]!;
      if (before > 0 && isBeyond && room >= 1 && room < Number.POSITIVE_INFINITY) {
        // The more of the line is there at once, the less it takes to fill it.
        const there = Math.max(0, 1 - (room - before) / Math.min(room, 2 * Math.sqrt(offered)));
        byChance = arrived * busyShare * (full[k]! + (fullLong[k]! - full[k]!) * there);
        // Who is turned away beyond what does not fit leaves slots idle at another time.
        startable = Math.max(0, startable - Math.max(0, byChance - Math.max(0, surely, arrived - flowLeft)));
      }
      let turnedAway = Math.min(arrived, Math.max(surely, byChance));
      if (turnedAway < negligibleOverflow) turnedAway = 0;
      const served = Math.min(startable, before + arrived - turnedAway);
      let after = before + arrived - turnedAway - served;
      if (after < negligibleLine) after = 0;
      after = this.answers.giveUp(k, after, Math.max(flowLeft, arrived));
      answered[k]! += served;
      if (before + after === 0) {
        lateByWait[k]! += served * busyShare * late[k]!;
        if (latency) this.#recordBurst(k, served * busyShare, flowLeft, offered);
      } else if (Math.max(before, after) > harmlessSeconds[k]! * flowLeft || latency || this.#contended.isAny) {
        this.#waited(k, served, before, after, flowLeft);
      }
      backlog[k] = after;
      this.overflow.add(k, turnedAway);
      waiting += after;
      startable -= served;
      // Who finds the line full while all slots are busy takes no slot from who waits behind.
      flowLeft = Math.max(flowLeft - Math.min(served, arrived * (1 - full[k]!)), 0);
    }
    this.waiting = waiting - this.overflow.refuse(waiting - this.#limits.queueLimit, backlog);
    if (this.patience) this.#letWait(offered, startable, flowLeft, this.patience);
  }

  #letWait(offered: number, startable: number, flow: number, patience: FluidPatience): void {
    const left = this.#left;
    const last = this.backlog.length - 1;
    left.startable = startable;
    left.flow = flow;
    left.chanceSeconds = (this.#congestion.meanLength(last, offered) + 1) / Math.max(flow, 1e-9);
    patience.flow(offered, this.waiting, this.#serving!.capacity, this.overflow, left);
    if (this.credit) this.credit.letsWait = this.overflow.total < negligibleOverflow;
  }

  #waited(k: number, served: number, before: number, after: number, flow: number): void {
    const seconds = this.#contended.isAny ? this.#contended.serviceSeconds : this.#serviceSeconds;
    this.answers.waited(k, served * this.#busy.saturated, before, after, flow, seconds);
  }

  #recordBurst(k: number, served: number, flow: number, offered: number): void {
    const meanLength = Math.min(this.#congestion.meanLength(k, offered), this.#limits.rooms[k]!);
    this.answers.waitedByChance(served * (1 - this.#congestion.full[k]!), meanLength, flow);
  }
}
