import type { Clock } from '../clock.ts';
import type { FaultSchedule } from '../faults/schedule.ts';
import type { Lags } from '../lags.ts';
import { type Bucket, type Datum, type Dimension, type MetricName, Series } from './series.ts';

const minuteMs = 60_000;

/** All metrics, and when each bucket of them can be read. */
export class MetricStore {
  readonly #series = new Map<string, Series>();
  readonly #clock: Clock;
  readonly #faults: FaultSchedule;
  readonly #lags: Lags;

  constructor(clock: Clock, faults: FaultSchedule, lags: Lags) {
    this.#clock = clock;
    this.#faults = faults;
    this.#lags = lags;
  }

  get all(): Iterable<Series> {
    return this.#series.values();
  }

  find(metric: MetricName): Series | null {
    return this.#series.get(keyOf(metric)) ?? null;
  }

  /** What AWS itself measured in the minute that starts then, and has just ended. Faults of metrics act here. */
  publish(metric: MetricName, source: 'load' | 'group', startMs: number, datum: Datum): void {
    const startSeconds = (startMs - this.#clock.startedAtMs) / 1000;
    if (this.#faults.active('metrics-vanish', metric.name, startSeconds) !== null) return;
    const lagSeconds = source === 'load' ? this.#lags.publicationSeconds : this.#lags.groupSeconds;
    const freeze = this.#faults.active('metrics-freeze', metric.name, startSeconds + 60);
    const thawedAtMs = freeze === null ? 0 : this.#clock.startedAtMs + 1000 * (freeze.atSeconds + freeze.forSeconds);
    const visibleAtMs = Math.max(startMs + minuteMs + 1000 * lagSeconds, thawedAtMs);
    const factor = this.#factor(metric.name, startSeconds);
    this.#of(metric, source === 'load').add(startMs, visibleAtMs, factor === 1 ? datum : scaled(datum, factor));
  }

  /** What somebody put. */
  put(metric: MetricName, timeMs: number, datum: Datum): void {
    this.#of(metric, false).add(timeMs, this.#clock.nowMs(), datum);
  }

  /** What could be read of a bucket at a time; null: nothing. */
  visible(series: Series, startMs: number, nowMs: number): Bucket | null {
    const bucket = series.at(startMs);
    if (bucket === null || nowMs < bucket.visibleAtMs) return null;
    if (!series.isPartialAtFirst || nowMs >= this.#wholeAtMs(startMs)) return bucket;
    const samples = Math.floor(bucket.samples * this.#lags.partialShare);
    return samples === 0 ? null : { ...bucket, samples, sum: (bucket.sum * samples) / bucket.samples };
  }

  /** What came late, as after a freeze, is whole by then. */
  #wholeAtMs(startMs: number): number {
    const { publicationSeconds, partialSeconds } = this.#lags;
    return startMs + minuteMs + 1000 * (publicationSeconds + partialSeconds);
  }

  #of(metric: MetricName, isPartialAtFirst: boolean): Series {
    const key = keyOf(metric);
    const known = this.#series.get(key);
    if (known) return known;
    const made = new Series(metric, isPartialAtFirst);
    this.#series.set(key, made);
    return made;
  }

  #factor(name: string, startSeconds: number): number {
    if (this.#faults.active('metrics-zero', name, startSeconds) !== null) return 0;
    return this.#faults.active('metrics-jump', name, startSeconds)?.strength ?? 1;
  }
}

/** The order of dimensions means nothing. */
function keyOf({ namespace, name, dimensions }: MetricName): string {
  const sorted = dimensions.map(({ Name, Value }: Dimension) => `${Name}=${Value}`).sort();
  return JSON.stringify([namespace, name, ...sorted]);
}

function scaled({ sum, samples, least, most, distribution }: Datum, factor: number): Datum {
  const times = (values: Float32Array) => values.map((value) => value * factor);
  return {
    sum: sum * factor,
    samples,
    least: least * factor,
    most: most * factor,
    distribution: distribution && {
      ...distribution,
      lower: times(distribution.lower),
      upper: times(distribution.upper),
    },
  };
}
