import { normalShareBelow } from '../../env/physics/lognormal.ts';
import type { Workload } from '../../env/types.ts';
import { durationSeconds } from '../../env/workload/duration.ts';
import { expectedRequests } from '../../env/workload/mean-rates.ts';

/** Bins within a step, where the workload tells them. */
const finestSeconds = 10;
/** Where capacity is further from a bin's rate than this many standard deviations, chance does not matter. */
const surely = 4;

/** What will arrive, by the steps in which it is decided. */
export class FutureLoad {
  readonly steps: number;
  readonly stepSeconds: number;
  /** [step] Requests per second. */
  readonly rates: Float64Array;
  /** [step * bins + bin] Requests per second, and their standard deviations over a burst. */
  readonly #binRates: Float64Array;
  readonly #deviations: Float64Array;
  readonly #bins: number;

  /** @param burstSeconds time over which waiting evens out arrivals; what is over capacity for longer is excess */
  constructor(workload: Workload, stepSeconds: number, burstSeconds: number) {
    const binSeconds = Math.min(stepSeconds, Math.max(workload.stepSeconds, finestSeconds));
    this.#bins = Math.max(1, Math.floor(stepSeconds / binSeconds));
    this.stepSeconds = stepSeconds;
    this.steps = Math.ceil(durationSeconds(workload) / stepSeconds - 1e-9);
    const width = stepSeconds / this.#bins;
    this.#binRates = Float64Array.from({ length: this.steps * this.#bins }, (_, bin) => {
      return expectedRequests(workload, bin * width, (bin + 1) * width) / width;
    });
    this.#deviations = this.#binRates.map((rate) => Math.sqrt(rate / burstSeconds));
    this.rates = Float64Array.from({ length: this.steps }, (_, step) => {
      return (
        this.#binRates.subarray(step * this.#bins, (step + 1) * this.#bins).reduce((sum, one) => sum + one, 0) /
        this.#bins
      );
    });
  }

  /** Requests per second over a capacity, in the mean of a step: bursts are taken as normal. */
  excess(step: number, capacity: number): number {
    let sum = 0;
    for (let bin = step * this.#bins; bin < (step + 1) * this.#bins; bin++) {
      const over = this.#binRates[bin]! - capacity;
      const deviation = this.#deviations[bin]!;
      if (over >= surely * deviation) sum += over;
      else if (over > -surely * deviation) {
        const z = over / deviation;
        sum += over * normalShareBelow(z) + (deviation * Math.exp(-0.5 * z * z)) / Math.sqrt(2 * Math.PI);
      }
    }
    return sum / this.#bins;
  }
}
