import type { MiddleForecaster, PointForecaster } from './forecaster.ts';

/** What a point forecaster expects, never below 0, without the record of its errors that quantiles take (ErrorQuantiles). */
export class Middle implements MiddleForecaster {
  readonly #point: PointForecaster;

  constructor(point: PointForecaster) {
    this.#point = point;
  }

  observe(ratePerSecond: number): void {
    this.#point.learn(ratePerSecond);
  }

  forecast(steps: number): Float64Array | null {
    return this.#point.expect(steps)?.map((rate) => Math.max(0, rate)) ?? null;
  }
}
