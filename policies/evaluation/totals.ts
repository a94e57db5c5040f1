import { emptyHistogram } from '../../env/histogram.ts';
import type { Outcome, ServiceProfile } from '../../env/types.ts';

/** The writable twin of `Outcome`. */
type Sums = {
  -readonly [Key in keyof Outcome]: Outcome[Key];
} & {
  readonly classes: { requests: number; inTime: number; late: number; lost: number }[];
  readonly vmSeconds: number[];
  readonly busySlotSeconds: number[];
  readonly readySlotSeconds: number[];
  readonly usd: { vm: number; lambdaCompute: number; lambdaRequests: number; lambdaProvisioned: number };
};

/** Adds outcomes as `addOutcomes` does, in place: a week of decisions leaves no garbage behind. */
export class OutcomeTotals {
  readonly #sums: Sums;

  constructor(profile: ServiceProfile) {
    const perPool = () => profile.pools.map(() => 0);
    this.#sums = {
      seconds: 0,
      classes: profile.slo.classes.map(() => ({ requests: 0, inTime: 0, late: 0, lost: 0 })),
      accuracySum: 0,
      spilled: 0,
      throttled: 0,
      coldStarts: 0,
      launches: 0,
      terminations: 0,
      interruptions: 0,
      vmSeconds: perPool(),
      busySlotSeconds: perPool(),
      readySlotSeconds: perPool(),
      usd: { vm: 0, lambdaCompute: 0, lambdaRequests: 0, lambdaProvisioned: 0 },
      latency: emptyHistogram(),
      insideChange: 0,
    };
  }

  add(outcome: Outcome): void {
    const sums = this.#sums;
    sums.seconds += outcome.seconds;
    sums.accuracySum += outcome.accuracySum;
    sums.spilled += outcome.spilled;
    sums.throttled += outcome.throttled;
    sums.coldStarts += outcome.coldStarts;
    sums.launches += outcome.launches;
    sums.terminations += outcome.terminations;
    sums.interruptions += outcome.interruptions;
    sums.insideChange += outcome.insideChange;
    sums.usd.vm += outcome.usd.vm;
    sums.usd.lambdaCompute += outcome.usd.lambdaCompute;
    sums.usd.lambdaRequests += outcome.usd.lambdaRequests;
    sums.usd.lambdaProvisioned += outcome.usd.lambdaProvisioned;
    addEach(sums.vmSeconds, outcome.vmSeconds);
    addEach(sums.busySlotSeconds, outcome.busySlotSeconds);
    addEach(sums.readySlotSeconds, outcome.readySlotSeconds);
    addEach(sums.latency, outcome.latency);
    this.#addClasses(outcome);
  }

  /** The sum so far; it shares its arrays with what is added later. */
  get outcome(): Outcome {
    return this.#sums;
  }

  #addClasses(outcome: Outcome): void {
    for (let index = 0; index < outcome.classes.length; index++) {
      const sum = this.#sums.classes[index]!;
      const one = outcome.classes[index]!;
      sum.requests += one.requests;
      sum.inTime += one.inTime;
      sum.late += one.late;
      sum.lost += one.lost;
    }
  }
}

function addEach(sums: number[] | Float64Array, values: ArrayLike<number>): void {
  for (let index = 0; index < sums.length; index++) sums[index] = sums[index]! + values[index]!;
}
