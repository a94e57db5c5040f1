import { type Distribution, mergeDistributions } from './distribution.ts';

export interface Dimension {
  readonly Name: string;
  readonly Value: string;
}

export interface MetricName {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly Dimension[];
}

/** What a metric collected in one minute. */
export interface Datum {
  readonly sum: number;
  readonly samples: number;
  readonly least: number;
  readonly most: number;
  /** Null: nothing is known of it but its ends. */
  readonly distribution: Distribution | null;
}

export interface Bucket extends Datum {
  readonly startMs: number;
  /** From when on it can be read. */
  readonly visibleAtMs: number;
}

const minuteMs = 60_000;
/** CloudWatch keeps buckets of a minute for 15 days (GetMetricData, API reference). */
const keptMinutes = 15 * 24 * 60;
/** Percentiles are known for a day: a deviation, for the memory they take. */
const keptDistributions = 24 * 60;
const fields = 6;

/** The buckets of one metric, a minute each, in memory that grows to its 15 days and no further. */
export class Series {
  readonly metric: MetricName;
  /** Whether it may be partial at first, as the metrics of load balancers and functions are. */
  readonly isPartialAtFirst: boolean;
  /** [slot * fields] minute, visibleAtMs, sum, samples, least, most; the slot is the minute modulo the capacity. */
  #rows = new Float64Array(fields * 1024);
  readonly #distributions = new Map<number, Distribution>();
  #newest = Number.NEGATIVE_INFINITY;
  #firstVisibleAtMs = Number.POSITIVE_INFINITY;

  constructor(metric: MetricName, isPartialAtFirst: boolean) {
    this.metric = metric;
    this.isPartialAtFirst = isPartialAtFirst;
  }

  /** Start of the newest bucket, read or not; minus infinity: there is none. */
  get newestMs(): number {
    return this.#newest * minuteMs;
  }

  /** Start of the oldest bucket that is still kept, whether or not there is one. */
  get oldestMs(): number {
    return (this.#newest - keptMinutes + 1) * minuteMs;
  }

  /** From when on something of it can be read; infinity: never yet. */
  get firstVisibleAtMs(): number {
    return this.#firstVisibleAtMs;
  }

  /** Adds to the bucket of the minute in which `timeMs` lies. */
  add(timeMs: number, visibleAtMs: number, datum: Datum): void {
    const minute = Math.floor(timeMs / minuteMs);
    if (minute <= this.#newest - keptMinutes || datum.samples <= 0) return;
    this.#makeRoom(minute);
    const before = this.at(minute * minuteMs);
    const now = before === null ? datum : together([before, datum]);
    this.#rows.set(
      [minute, before?.visibleAtMs ?? visibleAtMs, now.sum, now.samples, now.least, now.most],
      this.#slot(minute),
    );
    if (now.distribution !== null) this.#keep(minute, now.distribution);
    this.#newest = Math.max(this.#newest, minute);
    this.#firstVisibleAtMs = Math.min(this.#firstVisibleAtMs, visibleAtMs);
  }

  /** The bucket that starts then; null: there is none. */
  at(startMs: number): Bucket | null {
    const minute = startMs / minuteMs;
    const slot = this.#slot(minute);
    if (this.#rows[slot] !== minute || minute === 0) return null;
    const [, visibleAtMs, sum, samples, least, most] = this.#rows.subarray(slot, slot + fields);
    const distribution = this.#distributions.get(minute) ?? null;
    return {
      startMs,
      visibleAtMs: visibleAtMs!,
      sum: sum!,
      samples: samples!,
      least: least!,
      most: most!,
      distribution,
    };
  }

  #slot(minute: number): number {
    return fields * (minute % (this.#rows.length / fields));
  }

  #keep(minute: number, distribution: Distribution): void {
    this.#distributions.set(minute, distribution);
    for (const oldest of this.#distributions.keys()) {
      if (oldest > minute - keptDistributions) return;
      this.#distributions.delete(oldest);
    }
  }

  /** Doubles the room while the slot of a minute still holds one that must be kept. */
  #makeRoom(minute: number): void {
    for (;;) {
      const held = this.#rows[this.#slot(minute)]!;
      if (held === 0 || held === minute || Math.abs(minute - held) >= keptMinutes) return;
      const before = this.#rows;
      this.#rows = new Float64Array(2 * before.length);
      for (let row = 0; row < before.length; row += fields) {
        if (before[row] !== 0) this.#rows.set(before.subarray(row, row + fields), this.#slot(before[row]!));
      }
    }
  }
}

/** Several data as one. */
export function together(data: readonly Datum[]): Datum {
  if (data.length === 1) return data[0]!;
  const distributions = data.flatMap((one) => (one.distribution === null ? [] : [one.distribution]));
  return {
    sum: data.reduce((sum, one) => sum + one.sum, 0),
    samples: data.reduce((sum, one) => sum + one.samples, 0),
    least: data.reduce((least, one) => Math.min(least, one.least), Number.POSITIVE_INFINITY),
    most: data.reduce((most, one) => Math.max(most, one.most), Number.NEGATIVE_INFINITY),
    distribution: distributions.length === 0 ? null : mergeDistributions(distributions),
  };
}
