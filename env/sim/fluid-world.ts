import { routerBudgets } from '../physics/budgets.ts';
import { DeadlineShares } from '../physics/deadline-shares.ts';
import type { Action, PoolState, PriceBook, ServiceProfile } from '../types.ts';
import { FluidFleets } from './fluid-fleets.ts';
import { FluidLatency } from './fluid-latency.ts';
import { FluidLines } from './fluid-lines.ts';
import { FluidRungs } from './fluid-rungs.ts';
import { FluidSpill } from './fluid-spill.ts';
import { Ledger } from './ledger.ts';

/**
 * One service as a fluid, in steps of a second: demand flows into the VMs up to their capacity, backs up in one line per class, and
 * overflows into Lambda (docs/simulator.md).
 */
export class FluidWorld {
  readonly ledger: Ledger;
  readonly #profile: ServiceProfile;
  readonly #fleets: FluidFleets;
  /** Null: no accuracy budget. */
  readonly #rungs: FluidRungs | null;
  readonly #lines: FluidLines;
  readonly #deadlines: DeadlineShares;
  readonly #shares: Float64Array;
  readonly #spill: FluidSpill;
  readonly #noLimits: readonly null[];
  #latency: FluidLatency | null = null;
  #action: Action | null = null;
  #accuracy = 0;
  #toVms = 1;
  /** Requests of the interval that the router sent to Lambda unseen. */
  #direct = 0;
  #now = 0;
  /** Since when the answers of the VMs are not in the books yet. */
  #unsettledSince = 0;

  constructor(profile: ServiceProfile, prices: PriceBook, seed: number, initialVms: readonly number[]) {
    const { classes } = profile.slo;
    this.#profile = profile;
    this.ledger = new Ledger(profile, prices);
    this.#fleets = new FluidFleets(profile, prices, seed, initialVms);
    this.#rungs = routerBudgets(profile).accuracy ? new FluidRungs(profile) : null;
    this.#deadlines = new DeadlineShares(profile);
    this.#spill = new FluidSpill(profile, this.ledger, this.#deadlines);
    this.#lines = new FluidLines(profile, this.#deadlines, this.#rungs, this.ledger, this.#spill);
    this.#shares = Float64Array.from(classes, (one) => one.share);
    this.#noLimits = classes.map(() => null);
  }

  /** Latencies cost time, so training goes without. */
  recordLatency(): void {
    this.#latency = new FluidLatency(this.ledger, this.#profile.serviceCv);
    this.#lines.answers.latency = this.#spill.latency = this.#latency;
  }

  pools(): PoolState[] {
    return this.#fleets.states();
  }

  /** Requests waiting, those that the miss budget lets wait included. */
  get waiting(): number {
    return this.#lines.inside;
  }

  /** [class] The same. */
  queueLengths(): number[] {
    const { backlog, patience } = this.#lines;
    return Array.from(backlog, (waiting, k) => waiting + (patience?.waiting[k] ?? 0));
  }

  /** Lets one interval pass under the action; `counts` are the requests of each second, [offset + second]. */
  advance(action: Action, counts: ArrayLike<number>, offset: number): void {
    const { decisionSeconds } = this.#profile;
    const end = this.#now + decisionSeconds;
    const waitingBefore = this.#lines.inside;
    this.#lines.patience?.begin();
    this.#fleets.scaleTo(action.vmCounts, this.#now, decisionSeconds, this.ledger);
    this.#putInForce(action);
    let nextChange = this.#fleets.nextChange();
    for (let second = 0; second < decisionSeconds; ) {
      if (nextChange <= this.#now) nextChange = this.#changeFleets(end);
      const until = second + Math.ceil(Math.min(nextChange, end) - this.#now);
      second = this.#run(counts, offset, second, until);
    }
    this.#settle();
    this.#spill.settle(this.#accuracy);
    this.#count();
    this.ledger.insideChange += this.#lines.inside - waitingBefore;
    this.#lines.patience?.end();
    this.#lines.credit?.account.carry(this.#now);
  }

  #putInForce(action: Action): void {
    const before = this.#action;
    this.#action = action;
    this.#toVms = this.#profile.router === 'weights' ? 1 - action.spillover.lambdaShare : 1;
    if (before?.variant !== action.variant) this.#fleets.serve(action.variant);
    if (before?.variant !== action.variant || before.lambdaMemoryMb !== action.lambdaMemoryMb) this.#load(action);
    this.#spill.batch(action);
    if (action.lambdaProvisioned || before?.lambdaProvisioned)
      this.#spill.provision(action.lambdaProvisioned ?? 0, this.#now);
    this.#measure();
  }

  #load(action: Action): void {
    const { variant } = action;
    this.#accuracy = this.#profile.variants[variant]!.accuracy;
    this.#rungs?.serve(variant);
    this.#spill.load(action);
  }

  #measure(): void {
    this.#fleets.measure();
    const isOverflow = this.#profile.router === 'overflow';
    this.#rungs?.measure(this.#fleets);
    this.#lines.measure(
      this.#rungs ?? this.#fleets,
      isOverflow ? this.#action!.spillover.maxWaitMs : this.#noLimits,
      this.#toVms,
    );
  }

  /** Boots end, and VMs are interrupted; returns when that happens next. */
  #changeFleets(end: number): number {
    this.#settle();
    this.#fleets.runUntil(this.#now, end, this.ledger);
    this.#measure();
    return this.#fleets.nextChange();
  }

  /** Runs the seconds from `first` on, up to the first of which some go to Lambda, or to `end`; returns the next one. */
  #run(counts: ArrayLike<number>, offset: number, first: number, end: number): number {
    const toVms = this.#toVms;
    const lines = this.#lines;
    const next = lines.run(counts, offset, first, toVms === 1 ? end : first + 1, toVms);
    const direct = toVms === 1 ? 0 : counts[offset + first]! * (1 - toVms);
    this.#direct += direct;
    this.#now += next - first;
    // Where there are no VMs everything goes on as it came, which is no overflow.
    const bursty = this.#fleets.servers > 0 ? lines.overflow.total : 0;
    if (direct + lines.overflow.total > 0) {
      const throttled = this.#spill.send(this.#now - 1, direct, lines.overflow, bursty, lines.losses);
      lines.credit?.account.lose(throttled);
    }
    return next;
  }

  #count(): void {
    const arrived = this.#lines.arrived + this.#direct;
    for (let k = 0; k < this.#shares.length; k++) this.ledger.requests[k]! += arrived * this.#shares[k]!;
    this.#lines.arrived = this.#direct = 0;
  }

  /** Puts the answers of the VMs into the books. */
  #settle(): void {
    const lines = this.#lines;
    const { answered, lateByWait, lost, contendedSeconds } = lines.answers;
    let total = 0;
    for (let k = 0; k < answered.length; k++) total += answered[k]! += lines.calm * this.#shares[k]!;
    if (total > 0) {
      const account = lines.credit?.account;
      const lengthening = account?.lengthening ?? 1;
      this.#fleets.spread(total, this.#now - this.#unsettledSince, contendedSeconds, this.ledger, lengthening);
      for (let k = 0; k < answered.length; k++) {
        const inTime = (answered[k]! - lateByWait[k]!) * this.#unhurriedShare(k);
        this.ledger.inTime[k]! += inTime;
        this.ledger.late[k]! += answered[k]! - inTime;
      }
      this.ledger.accuracySum += total * this.#accuracy + (account?.accuracyGain ?? 0);
      account?.forget();
      if (this.#latency) this.#recordVms(total);
    }
    for (let k = 0; k < lost.length; k++) this.ledger.lost[k]! += lost[k]!;
    lines.answers.forget();
    lines.calm = 0;
    this.#unsettledSince = this.#now;
  }

  /** Share in time of the answers by VMs that no wait made late. */
  #unhurriedShare(k: number): number {
    const { pools, answeredShare } = this.#fleets;
    let share = 0;
    for (let pool = 0; pool < answeredShare.length; pool++) {
      const part = answeredShare[pool]!;
      if (part > 0) share += part * this.#deadlines.share(k, 0, pools[pool]!.serviceSeconds);
    }
    return Math.min(share, 1);
  }

  #recordVms(answered: number): void {
    const { pools, answeredShare } = this.#fleets;
    const atOnce = answered - this.#latency!.waited;
    for (let pool = 0; pool < answeredShare.length; pool++) {
      if (answeredShare[pool]! > 0)
        this.#latency!.record(atOnce * answeredShare[pool]!, 0, pools[pool]!.serviceSeconds);
    }
    this.#latency!.waited = 0;
  }
}
