import { bucketMs, type MetricQuery, metricKey } from './metric-query.ts';
import type { ReadSeries, Window } from './metric-reader.ts';
import { type Bucket, Series } from './series.ts';

/** The tail of CloudWatch's delay: a bucket that is absent at this age stays so, whatever lateness was seen in an outage. */
const longestDelaySeconds = 300;

/** All series of a deployment, as read so far. */
export class MetricBook {
  readonly queries: readonly MetricQuery[];
  readonly #series: ReadonlyMap<string, Series>;
  readonly #alive: readonly MetricQuery[];

  /** `alive`: series of which one that has a value shows that CloudWatch publishes. */
  constructor(queries: readonly MetricQuery[], alive: readonly MetricQuery[]) {
    this.queries = queries;
    this.#alive = alive;
    this.#series = new Map(queries.map((query) => [metricKey(query), new Series()]));
  }

  series(query: MetricQuery): Series {
    return this.#series.get(metricKey(query))!;
  }

  /** `read`: in the order of `queries`; a series that was not read stays as it was. */
  take(read: ReadSeries, window: Window, readAtMs: number): void {
    this.queries.forEach((query, index) => {
      const points = read[index] ?? null;
      if (points !== null) this.series(query).take(points, window, readAtMs);
    });
  }

  /** The minute that begins then, as far as it was read at `readSinceMs` or later. */
  minute(startMs: number, readSinceMs: number): Minute {
    const bucket = (query: MetricQuery) => {
      const found = this.series(query).at(startMs);
      return found !== undefined && found.readAtMs >= readSinceMs ? found : undefined;
    };
    const isAlive = this.#alive.some((query) => typeof bucket(query)?.value === 'number');
    const isSettled = (query: MetricQuery, { readAtMs }: Bucket) =>
      readAtMs - startMs - bucketMs >= Math.min(longestDelaySeconds, this.series(query).learnedDelaySeconds) * 1000;
    return {
      value(query) {
        const value = bucket(query)?.value;
        return typeof value === 'number' ? value : null;
      },
      count(query) {
        const found = bucket(query);
        if (found === undefined || found.value === 'garbage') return null;
        if (found.value !== 'absent') return found.value;
        return isAlive && isSettled(query, found) ? 0 : null;
      },
    };
  }
}

/** What was read of one minute. */
export interface Minute {
  /** Null: absent, or not to be trusted. */
  value(query: MetricQuery): number | null;
  /**
   * Of a metric that is published only while there is something to count: 0 where it is absent while others are published,
   * once it is older than it ever came; null where nobody knows.
   */
  count(query: MetricQuery): number | null;
}
