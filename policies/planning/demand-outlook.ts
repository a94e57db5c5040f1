import type { Observation, ServiceProfile, Workload } from '../../env/types.ts';
import { meanRates } from '../../env/workload/mean-rates.ts';
import { seenUntilSeconds } from '../demand.ts';
import { ForecastFeed } from '../forecast/feed.ts';
import type { MiddleForecaster } from '../forecast/forecaster.ts';
import { DemandPaths } from './demand-paths.ts';
import { forecasterOf } from './knobs.ts';

export interface OutlookTerms {
  /** Decision intervals that are looked ahead. */
  readonly steps: number;
  /** Position of the forecaster, from 1. */
  readonly forecaster: number;
  readonly memorySeconds: number;
  readonly scenarios: number;
}

/** A way in which the demand may go: [step][bin]. */
export type Scenario = readonly (readonly number[])[];

/** What the next decision intervals may bring: a forecast, and how such forecasts came out. */
export class DemandOutlook {
  readonly #profile: ServiceProfile;
  readonly #terms: OutlookTerms;
  readonly #forecaster: MiddleForecaster;
  readonly #feed: ForecastFeed;
  readonly #paths: DemandPaths;
  #untilSeconds: number | null = null;

  constructor(profile: ServiceProfile, terms: OutlookTerms) {
    this.#profile = profile;
    this.#terms = terms;
    this.#forecaster = forecasterOf(terms.forecaster, profile.decisionSeconds);
    this.#feed = new ForecastFeed(this.#forecaster, profile.decisionSeconds);
    this.#paths = new DemandPaths(terms.steps, Math.round(terms.memorySeconds / profile.decisionSeconds));
  }

  /** False: nothing newer than what is known. */
  add(observation: Observation): boolean {
    if (!this.#feed.add(observation)) return false;
    const until = seenUntilSeconds(observation)!;
    const { decisionSeconds } = this.#profile;
    const lost = this.#untilSeconds === null ? 0 : Math.round((until - this.#untilSeconds) / decisionSeconds) - 1;
    for (let one = 0; one < Math.min(lost, this.#terms.steps); one++) this.#paths.add(null, null);
    this.#untilSeconds = until;
    this.#paths.add(observation.arrivals!.value, this.#forecaster.forecast(this.#terms.steps));
    return true;
  }

  /** Demand that ends where the observations begin; what is left at its beginning of a whole number of intervals is dropped. */
  recall(past: Workload): void {
    const { decisionSeconds, metrics } = this.#profile;
    const rates = meanRates(past, metrics.binSeconds);
    const perInterval = Math.round(decisionSeconds / metrics.binSeconds);
    const intervals = Math.floor(rates.length / perInterval);
    // What is too old for a scenario need not be forecast.
    const firstTold = intervals - Math.ceil(this.#terms.memorySeconds / decisionSeconds) - this.#terms.steps;
    for (let interval = 0; interval < intervals; interval++) {
      const start = rates.length - (intervals - interval) * perInterval;
      const bins = Array.from(rates.subarray(start, start + perInterval));
      this.#forecaster.observe(bins.reduce((sum, one) => sum + one, 0) / perInterval);
      if (interval >= firstTold) this.#paths.add(bins, this.#forecaster.forecast(this.#terms.steps));
    }
  }

  /**
   * From this time on; where nothing is known of the forecaster's errors, the forecast alone. Null: too little was seen.
   * @param measure what is told of a rate, in requests per second
   */
  scenarios(timeSeconds: number, measure: (ratePerSecond: number) => number): Scenario[] | null {
    const late = this.#late(timeSeconds);
    const expected = this.#forecaster.forecast(this.#terms.steps + late);
    if (expected === null) return null;
    const ahead = Array.from(expected.subarray(late));
    const paths = this.#terms.scenarios > 0 ? this.#paths.paths(this.#terms.scenarios) : [];
    if (paths.length === 0) return [ahead.map((rate) => [measure(rate)])];
    return paths.map((path) =>
      ahead.map((rate, step) => (path[step + late] ?? path.at(-1)!).map((ratio) => measure(ratio * rate))),
    );
  }

  /** Intervals that are over, but not seen yet. */
  #late(timeSeconds: number): number {
    if (this.#untilSeconds === null) return 0;
    return Math.max(0, Math.round((timeSeconds - this.#untilSeconds) / this.#profile.decisionSeconds));
  }
}
