import type { Datum } from '../cloudwatch/series.ts';

/** So many events, each counted as 1; null: none. */
export function countDatum(events: number): Datum | null {
  return events > 0 ? { sum: events, samples: events, least: 1, most: 1, distribution: null } : null;
}

/** One sample. */
export function gaugeDatum(value: number): Datum {
  return { sum: value, samples: 1, least: value, most: value, distribution: null };
}

/** A value that was looked at several times in the minute. */
export class Gauge {
  #sum = 0;
  #samples = 0;
  #least = Number.POSITIVE_INFINITY;
  #most = Number.NEGATIVE_INFINITY;

  note(value: number): void {
    this.#sum += value;
    this.#samples++;
    this.#least = Math.min(this.#least, value);
    this.#most = Math.max(this.#most, value);
  }

  /** Since the last call; null: nothing. */
  take(): Datum | null {
    const samples = this.#samples;
    const datum = { sum: this.#sum, samples, least: this.#least, most: this.#most, distribution: null };
    this.#sum = this.#samples = 0;
    this.#least = Number.POSITIVE_INFINITY;
    this.#most = Number.NEGATIVE_INFINITY;
    return samples > 0 ? datum : null;
  }
}
