import type { PointForecaster } from './forecaster.ts';

/** Everything stays as it is: the naive forecast, which every other one is measured by. */
export class LastValue implements PointForecaster {
  #newest: number | null = null;

  learn(ratePerSecond: number): void {
    this.#newest = ratePerSecond;
  }

  expect(steps: number): Float64Array | null {
    return this.#newest === null ? null : new Float64Array(steps).fill(this.#newest);
  }
}
