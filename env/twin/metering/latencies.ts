import { binLowerMs, emptyHistogram, histogramBin } from '../../histogram.ts';
import { distributionOf } from '../cloudwatch/distribution.ts';
import type { Datum } from '../cloudwatch/series.ts';

/** Latencies of the minute. */
export class Latencies {
  readonly #histogram = emptyHistogram();

  /** A histogram (env/histogram.ts), its counts times `share`, its latencies times `stretch`. */
  add(histogram: Float64Array, share = 1, stretch = 1): void {
    for (let bin = 0; bin < histogram.length; bin++) {
      const count = histogram[bin]!;
      if (count === 0) continue;
      const target = stretch === 1 ? bin : histogramBin((stretch * (binLowerMs(bin) + binLowerMs(bin + 1))) / 2);
      this.#histogram[target]! += count * share;
    }
  }

  /** Since the last call, in units of so many milliseconds; null: nothing. */
  take(unitMs: number): Datum | null {
    const distribution = distributionOf(this.#histogram, unitMs);
    this.#histogram.fill(0);
    if (distribution === null) return null;
    const { lower, upper, counts } = distribution;
    let sum = 0;
    let samples = 0;
    counts.forEach((count, cell) => {
      samples += count;
      sum += (count * (lower[cell]! + upper[cell]!)) / 2;
    });
    return { sum, samples, least: lower[0]!, most: upper.at(-1)!, distribution };
  }
}
