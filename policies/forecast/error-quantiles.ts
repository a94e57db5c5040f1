import type { Forecaster, PointForecaster } from './forecaster.ts';
import { SortedWindow } from './sorted-window.ts';

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
  /** [forecast, oldest first] What was expected after each of the newest intervals: [step] */
  readonly #expected: (Float64Array | null)[] = [];
  /** [step] */
  readonly #errors: readonly SortedWindow[];

  constructor(point: PointForecaster, { steps = 60, memory = 240 }: ErrorTerms = {}) {
    this.#point = point;
    this.#errors = Array.from({ length: steps }, () => new SortedWindow(memory));
  }

  observe(ratePerSecond: number): void {
    const newest = this.#expected.length - 1;
    for (const [index, expected] of this.#expected.entries()) {
      if (expected) this.#errors[newest - index]!.add(ratePerSecond - expected[newest - index]!);
    }
    this.#point.learn(ratePerSecond);
    this.#expected.push(this.#point.expect(this.#errors.length));
    if (this.#expected.length > this.#errors.length) this.#expected.shift();
  }

  forecast(steps: number, quantile?: number): Float64Array | null {
    const expected = this.#point.expect(steps);
    if (expected === null || quantile === undefined) return expected?.map(notNegative) ?? null;
    if (this.#errors[0]!.count < fewestErrors) return null;
    let error = 0;
    return expected.map((rate, step) => {
      // Further ahead than errors are known, the furthest known ones stand in.
      const known = this.#errors[step];
      if (known && known.count >= fewestErrors) error = known.quantile(quantile);
      return notNegative(rate + error);
    });
  }
}

function notNegative(rate: number): number {
  return Math.max(0, rate);
}
