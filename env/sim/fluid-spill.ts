import type { DeadlineShares } from '../physics/deadline-shares.ts';
import { lambdaTier } from '../physics/service.ts';
import type { Action, ServiceProfile } from '../types.ts';
import { FluidFunction } from './fluid-function.ts';
import type { FluidLatency } from './fluid-latency.ts';
import type { Ledger } from './ledger.ts';
import type { LineOverflow } from './line-overflow.ts';
import type { LossChain } from './loss-chain.ts';

/** What goes to Lambda: the functions of all variants and memory sizes, and what became of the requests of the interval that were sent there. */
export class FluidSpill {
  /** Set where latencies are wanted. */
  latency: FluidLatency | null = null;
  readonly #profile: ServiceProfile;
  readonly #ledger: Ledger;
  readonly #deadlines: DeadlineShares;
  readonly #shares: Float64Array;
  readonly #functions = new Map<number, FluidFunction>();
  /** [class] Share in time of warm and of cold answers. */
  readonly #warmInTime: Float64Array;
  readonly #coldInTime: Float64Array;
  /** [class] Sent to Lambda in this interval; of these, started cold, and throttled. */
  readonly #spilled: Float64Array;
  readonly #cold: Float64Array;
  readonly #throttled: Float64Array;
  #function!: FluidFunction;

  constructor(profile: ServiceProfile, ledger: Ledger, deadlines: DeadlineShares) {
    const { classes } = profile.slo;
    const perClass = () => new Float64Array(classes.length);
    this.#profile = profile;
    this.#ledger = ledger;
    this.#deadlines = deadlines;
    this.#shares = Float64Array.from(classes, (one) => one.share);
    this.#spilled = perClass();
    this.#cold = perClass();
    this.#throttled = perClass();
    this.#warmInTime = perClass();
    this.#coldInTime = perClass();
  }

  /** Puts the function of the action in force. */
  load({ variant, lambdaMemoryMb }: Action): void {
    this.#function = this.#functionFor(variant, lambdaMemoryMb);
    const { serviceSeconds, coldStartSeconds } = this.#function.tier;
    for (let k = 0; k < this.#shares.length; k++) {
      this.#warmInTime[k] = this.#deadlines.share(k, 0, serviceSeconds);
      this.#coldInTime[k] = this.#deadlines.share(k, coldStartSeconds, serviceSeconds);
    }
  }

  batch({ lambdaBatch }: Action): void {
    this.#function.batch.use(lambdaBatch);
  }

  /** Only the function in force keeps any environments initialised. */
  provision(count: number, now: number): void {
    for (const one of this.#functions.values()) {
      one.provision(one === this.#function ? count : 0, now, this.#profile.decisionSeconds);
    }
  }

  #functionFor(variant: number, memoryMb: number): FluidFunction {
    const key = variant * 2 ** 16 + memoryMb;
    const known = this.#functions.get(key);
    if (known) return known;
    const tier = lambdaTier(this.#profile, variant, memoryMb);
    if (!tier)
      throw new Error(`variant ${variant} does not run on Lambda with ${memoryMb} MB: check actions where they enter`);
    const made = new FluidFunction(tier, this.#profile);
    this.#functions.set(key, made);
    return made;
  }

  /** The second `second` sends what overflows from the lines, `bursty` of it in bursts, and `direct` requests unseen. Returns how many are throttled. */
  send(second: number, direct: number, overflow: LineOverflow, bursty: number, losses: LossChain): number {
    const one = this.#function;
    one.serve(direct + overflow.total, bursty, second, losses);
    for (let k = 0; k < overflow.requests.length; k++) {
      const sent = direct * this.#shares[k]! + overflow.requests[k]!;
      this.#spilled[k]! += sent;
      if (one.coldShare > 0) this.#cold[k]! += sent * (1 - one.throttledShare) * one.coldShare;
      if (one.throttledShare > 0) this.#throttled[k]! += sent * one.throttledShare;
    }
    return (direct + overflow.total) * one.throttledShare;
  }

  /** Puts the answers of the interval, of this accuracy, into the books. */
  settle(accuracy: number): void {
    const spilled = this.#spilled;
    const ledger = this.#ledger;
    for (const one of this.#functions.values()) one.settle(ledger);
    for (let k = 0; k < spilled.length; k++) {
      const answered = spilled[k]! - this.#throttled[k]!;
      if (answered <= 0 && spilled[k] === 0) continue;
      const warm = answered - this.#cold[k]!;
      const inTime = this.#inTime(k, warm, this.#cold[k]!);
      ledger.lost[k]! += this.#throttled[k]!;
      ledger.inTime[k]! += inTime;
      ledger.late[k]! += answered - inTime;
      ledger.accuracySum += answered * accuracy;
      if (this.latency) this.#record(warm, this.#cold[k]!, this.latency);
      spilled[k] = this.#cold[k] = this.#throttled[k] = 0;
    }
  }

  /** Of the requests of a class that were sent here since the answers were put into the books: those lost or not in time. */
  missed(k: number): number {
    const spilled = this.#spilled[k]!;
    if (spilled === 0) return 0;
    const cold = this.#cold[k]!;
    return spilled - this.#inTime(k, spilled - this.#throttled[k]! - cold, cold);
  }

  #inTime(k: number, warm: number, cold: number): number {
    const { batch, tier } = this.#function;
    if (!batch.isOn) return warm * this.#warmInTime[k]! + cold * this.#coldInTime[k]!;
    return (
      warm * batch.shareInTime(this.#deadlines, k, 0, tier) +
      cold * batch.shareInTime(this.#deadlines, k, tier.coldStartSeconds, tier)
    );
  }

  #record(warm: number, cold: number, latency: FluidLatency): void {
    const { batch, tier } = this.#function;
    const waitSeconds = batch.isOn ? batch.meanWaitSeconds() : 0;
    const serviceSeconds = tier.serviceSeconds * batch.factor;
    latency.record(warm, waitSeconds, serviceSeconds);
    latency.record(cold, waitSeconds + tier.coldStartSeconds, serviceSeconds);
  }
}
