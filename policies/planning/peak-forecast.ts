import type { Observation, ServiceProfile, Workload } from '../../env/types.ts';
import { meanRates } from '../../env/workload/mean-rates.ts';
import { seenUntilSeconds } from '../demand.ts';
import type { MiddleForecaster } from '../forecast/forecaster.ts';
import { remembered } from '../forecast/remembered.ts';
import { forecasterOf } from './knobs.ts';

/** Forecasts the largest bin of each decision interval. */
export class PeakForecast {
  readonly #profile: ServiceProfile;
  readonly #forecaster: MiddleForecaster;
  #untilSeconds: number | null = null;
  #newest = 0;

  /** @param forecaster its position, from 1 */
  constructor(profile: ServiceProfile, forecaster: number) {
    this.#profile = profile;
    this.#forecaster = forecasterOf(forecaster, profile.decisionSeconds);
  }

  add(observation: Observation): void {
    const until = seenUntilSeconds(observation);
    if (until === null || until <= (this.#untilSeconds ?? Number.NEGATIVE_INFINITY)) return;
    const { decisionSeconds } = this.#profile;
    const lost = this.#untilSeconds === null ? 0 : Math.round((until - this.#untilSeconds) / decisionSeconds) - 1;
    // What was lost is taken to be as what was seen last.
    for (let one = 0; one < Math.min(lost, 60); one++) this.#forecaster.observe(this.#newest);
    this.#untilSeconds = until;
    this.#newest = Math.max(...observation.arrivals!.value);
    this.#forecaster.observe(this.#newest);
  }

  /** Demand that ends where the observations begin. */
  recall(past: Workload): void {
    const { decisionSeconds, metrics } = this.#profile;
    const rates = meanRates(remembered(past, decisionSeconds), metrics.binSeconds);
    const perInterval = Math.round(decisionSeconds / metrics.binSeconds);
    for (let at = 0; at + perInterval <= rates.length; at += perInterval) {
      this.#forecaster.observe(Math.max(...rates.subarray(at, at + perInterval)));
    }
  }

  /** [step] Of the next intervals; while the forecaster knows too little, the newest one. */
  peaks(timeSeconds: number, steps: number): Float64Array {
    const late =
      this.#untilSeconds === null ? 0 : Math.round((timeSeconds - this.#untilSeconds) / this.#profile.decisionSeconds);
    const forecast = this.#forecaster.forecast(steps + Math.max(0, late));
    return forecast?.subarray(Math.max(0, late)) ?? new Float64Array(steps).fill(this.#newest);
  }
}
