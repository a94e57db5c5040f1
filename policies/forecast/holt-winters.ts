import type { PointForecaster } from './forecaster.ts';

export interface HoltWintersTerms {
  /** Weight of the newest rate in the level, in (0, 1]. */
  readonly levelWeight?: number;
  /** Weight of the newest change of level in the trend, in [0, 1]. */
  readonly trendWeight?: number;
  /** Weight of the newest rate in its place of the season, in [0, 1]. */
  readonly seasonWeight?: number;
  /** What is left of the trend after a step, in (0, 1]; below 1 the trend fades out. */
  readonly damping?: number;
  /** Intervals of a season; null: there is none. */
  readonly seasonSteps?: number | null;
}

/**
 * Exponential smoothing of level, trend and additive season. Source: Holt (1957), Winters (1960), damped by Gardner and McKenzie (1985), in the
 * component form of Hyndman and Athanasopoulos, "Forecasting", section 8. The first season is only looked at: it gives the places of the season.
 */
export class HoltWinters implements PointForecaster {
  readonly #terms: Required<HoltWintersTerms>;
  /** [place] Rate above the level. */
  readonly #season: Float64Array;
  /** Rates of the first season, until it is whole. */
  #first: number[] = [];
  #seen = 0;
  #level = 0;
  #trend = 0;

  constructor(terms: HoltWintersTerms = {}) {
    this.#terms = {
      levelWeight: 0.3,
      trendWeight: 0.05,
      seasonWeight: 0.1,
      damping: 0.95,
      seasonSteps: null,
      ...terms,
    };
    this.#season = new Float64Array(this.#terms.seasonSteps ?? 1);
  }

  learn(ratePerSecond: number): void {
    const { seasonSteps } = this.#terms;
    if (seasonSteps !== null && this.#seen < seasonSteps) this.#lookAt(ratePerSecond, seasonSteps);
    else if (this.#seen < (seasonSteps ?? 0) + 2) this.#begin(ratePerSecond);
    else this.#smooth(ratePerSecond);
    this.#seen++;
  }

  #lookAt(rate: number, seasonSteps: number): void {
    this.#first.push(rate);
    if (this.#first.length < seasonSteps) return;
    const mean = this.#first.reduce((sum, one) => sum + one, 0) / seasonSteps;
    for (const [place, one] of this.#first.entries()) this.#season[place] = one - mean;
    this.#first = [];
  }

  /** The first rate is the level, the second one gives the trend. */
  #begin(rate: number): void {
    const level = rate - this.#season[this.#place(0)]!;
    if (this.#seen > (this.#terms.seasonSteps ?? 0)) this.#trend = level - this.#level;
    this.#level = level;
  }

  #smooth(rate: number): void {
    const { levelWeight, trendWeight, seasonWeight, damping, seasonSteps } = this.#terms;
    const place = this.#place(0);
    const expected = this.#level + damping * this.#trend;
    const level = levelWeight * (rate - this.#season[place]!) + (1 - levelWeight) * expected;
    this.#trend = trendWeight * (level - this.#level) + (1 - trendWeight) * damping * this.#trend;
    if (seasonSteps !== null) {
      this.#season[place] = seasonWeight * (rate - expected) + (1 - seasonWeight) * this.#season[place]!;
    }
    this.#level = level;
  }

  expect(steps: number): Float64Array | null {
    const { damping, seasonSteps } = this.#terms;
    if (this.#seen < (seasonSteps ?? 0) + 2) return null;
    let reach = 0;
    let fading = 1;
    return Float64Array.from({ length: steps }, (_, step) => {
      fading *= damping;
      reach += fading;
      return this.#level + reach * this.#trend + this.#season[this.#place(step)]!;
    });
  }

  /** Of the interval that comes so many after the next one. */
  #place(step: number): number {
    return (this.#seen + step) % this.#season.length;
  }
}
