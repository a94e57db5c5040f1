import type { Observation, Workload } from '../../env/types.ts';
import { meanRates } from '../../env/workload/mean-rates.ts';
import { newestRate, seenUntilSeconds } from '../demand.ts';
import { remembered } from './remembered.ts';
import { Seasonal } from './seasonal.ts';

const hourSeconds = 3600;
const forecastHours = 48;
const refreshHours = 6;

/**
 * Hourly forecasts, made anew every six hours for the next forty-eight, once a day has been seen: the rhythm of AWS predictive scaling. Hours begin
 * at whole multiples of an hour in the time of the observations.
 */
export class HourlyLoad {
  readonly #season: Seasonal;
  #sum = 0;
  #seen = 0;
  /** The hour that is under way; null: nothing was observed yet. */
  #hour: number | null = null;
  #untilSeconds = 0;
  /** [hour] From `#madeAt` on; null: too little seen. */
  #forecast: Float64Array | null = null;
  #madeAt: number | null = null;

  /** @param levelHours over which the newest load is compared with that of the same hours before */
  constructor(levelHours: number) {
    this.#season = new Seasonal({ seasonSteps: [168, 24], placeSteps: 1, levelSteps: levelHours, rounds: 14 });
  }

  /** Demand that ends where the observations begin. */
  recall(past: Workload): void {
    for (const rate of meanRates(remembered(past, hourSeconds), hourSeconds)) this.#season.learn(rate);
  }

  /** What the first observation tells of lies before the start, and was recalled. */
  add(observation: Observation): void {
    if (this.#hour === null) {
      this.#hour = Math.floor(observation.timeSeconds / hourSeconds);
      this.#untilSeconds = observation.timeSeconds;
    }
    const until = seenUntilSeconds(observation);
    const rate = newestRate(observation);
    if (until === null || rate === null || until <= this.#untilSeconds) return;
    this.#untilSeconds = until;
    const hour = Math.ceil(until / hourSeconds - 1e-9) - 1;
    while (this.#hour < hour) this.#close(rate);
    this.#sum += rate;
    this.#seen++;
  }

  /** An hour whose metrics were all lost was as expected, or as it is now. */
  #close(rate: number): void {
    this.#season.learn(this.#seen > 0 ? this.#sum / this.#seen : (this.#season.expect(1)?.[0] ?? rate));
    [this.#sum, this.#seen] = [0, 0];
    this.#hour!++;
    if (this.#madeAt === null || this.#forecast === null || this.#hour! - this.#madeAt >= refreshHours) this.#make();
  }

  #make(): void {
    this.#madeAt = this.#hour;
    this.#forecast = this.#season.expect(forecastHours);
  }

  /** The largest hourly mean expected of the hours that overlap [from, to], in requests per second; null: too little seen. */
  peak(fromSeconds: number, toSeconds: number): number | null {
    if (this.#forecast === null && this.#hour !== null) this.#make();
    if (this.#forecast === null || this.#madeAt === null) return null;
    const first = Math.max(0, Math.floor(fromSeconds / hourSeconds) - this.#madeAt);
    const last = Math.floor(toSeconds / hourSeconds) - this.#madeAt;
    return this.#forecast.slice(first, last + 1).reduce((most, one) => Math.max(most, one), 0);
  }
}
