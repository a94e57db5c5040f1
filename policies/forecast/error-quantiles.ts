import type { Forecaster, PointForecaster } from './forecaster.ts';
import { quantileOf } from './sample-quantile.ts';

export interface ErrorTerms {
  /** Steps ahead up to which errors are told apart; what lies further ahead is taken to err as the furthest of them. */
  readonly steps?: number;
  /** Newest errors that are kept for each step. */
  readonly memory?: number;
}

/** Fewer errors than this do not make a quantile. */
const fewestErrors = 10;

/**
 * Gives a point forecast its quantiles: the forecast plus the quantile of the newest errors that it made so many steps ahead.
 * No distribution is assumed. Source: forecast errors of past origins as prediction intervals (Williams and Goodman, JASA 1971).
 */
export class ErrorQuantiles implements Forecaster {
  readonly #point: PointForecaster;
  readonly #steps: number;
  readonly #memory: number;
  /** [forecast, oldest first] What was expected after each of the last `steps` intervals: [step] */
  readonly #expected: (Float64Array | null)[] = [];
  /** [step][error] Rings. */
  readonly #errors: readonly Float64Array[];
  /** [step] Errors ever booked. */
  readonly #booked: Int32Array;

  constructor(point: PointForecaster, { steps = 60, memory = 240 }: ErrorTerms = {}) {
    this.#point = point;
    this.#steps = steps;
    this.#memory = memory;
    this.#errors = Array.from({ length: steps }, () => new Float64Array(memory));
    this.#booked = new Int32Array(steps);
  }

  observe(ratePerSecond: number): void {
    for (const [index, expected] of this.#expected.entries()) {
      const step = this.#expected.length - 1 - index;
      if (expected) this.#errors[step]![this.#booked[step]!++ % this.#memory] = ratePerSecond - expected[step]!;
    }
    this.#point.learn(ratePerSecond);
    this.#expected.push(this.#point.expect(this.#steps));
    if (this.#expected.length > this.#steps) this.#expected.shift();
  }

  forecast(steps: number, quantile?: number): Float64Array | null {
    const expected = this.#point.expect(steps);
    if (expected === null || quantile === undefined) return expected?.map(notNegative) ?? null;
    if (this.#booked[0]! < fewestErrors) return null;
    let error = 0;
    return expected.map((rate, step) => {
      // Further ahead than errors are known, the furthest known ones stand in.
      if ((this.#booked[step] ?? 0) >= fewestErrors) error = quantileOf(this.#known(step), quantile);
      return notNegative(rate + error);
    });
  }

  #known(step: number): Float64Array {
    return this.#errors[step]!.slice(0, Math.min(this.#memory, this.#booked[step]!));
  }
}

function notNegative(rate: number): number {
  return Math.max(0, rate);
}
