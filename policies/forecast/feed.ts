import type { Observation, Workload } from '../../env/types.ts';
import { meanRates } from '../../env/workload/mean-rates.ts';
import { newestRate, seenUntilSeconds } from '../demand.ts';
import type { MiddleForecaster } from './forecaster.ts';
import { remembered } from './remembered.ts';

/** Gives a forecaster the intervals of a policy's observations, each once and in order; one that was lost is filled in with what was expected of it. */
export class ForecastFeed {
  readonly #forecaster: MiddleForecaster;
  readonly #intervalSeconds: number;
  #untilSeconds: number | null = null;

  constructor(forecaster: MiddleForecaster, intervalSeconds: number) {
    this.#forecaster = forecaster;
    this.#intervalSeconds = intervalSeconds;
  }

  /** Demand that ends where the observations begin; what is left at its beginning of a whole number of intervals is dropped, and what nobody remembers. */
  recall(past: Workload): void {
    const rates = meanRates(remembered(past, this.#intervalSeconds), this.#intervalSeconds);
    for (const rate of rates) this.#forecaster.observe(rate);
  }

  /** False: nothing newer than what is known. */
  add(observation: Observation): boolean {
    const until = seenUntilSeconds(observation);
    const rate = newestRate(observation);
    if (until === null || rate === null || until <= (this.#untilSeconds ?? Number.NEGATIVE_INFINITY)) return false;
    this.#fillGap(until, rate);
    this.#untilSeconds = until;
    this.#forecaster.observe(rate);
    return true;
  }

  #fillGap(until: number, rate: number): void {
    if (this.#untilSeconds === null) return;
    const lost = Math.round((until - this.#untilSeconds) / this.#intervalSeconds) - 1;
    if (lost < 1) return;
    const expected = this.#forecaster.forecast(lost) ?? new Float64Array(lost).fill(rate);
    for (const one of expected) this.#forecaster.observe(one);
  }

  /** How many steps must be forecast to reach this time: metrics are late, so the first of them are over. 0: nothing was seen. */
  stepsTo(timeSeconds: number): number {
    if (this.#untilSeconds === null) return 0;
    return Math.max(1, Math.ceil((timeSeconds - this.#untilSeconds) / this.#intervalSeconds - 1e-9));
  }
}
