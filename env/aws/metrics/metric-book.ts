import { bucketMs, type MetricQuery } from './metric-query.ts';
import type { ReadSeries } from './metric-reader.ts';
import { type Bucket, type Point, Series } from './series.ts';
import type { Window } from './window.ts';

/** The tail of CloudWatch's delay: a bucket that is absent at this age stays so, whatever lateness was seen in an outage. */
const longestDelaySeconds = 300;

/** What shows that CloudWatch publishes: zero can then be told from silence. */
export interface SignsOfLife {
  /** A value of one of these in a minute is a sign of life. */
  readonly alive: readonly MetricQuery[];
  /** Where these have values, but not in a minute, nothing of their namespace is published in it. */
  readonly witness: readonly MetricQuery[];
}

/** All series of a deployment, as read so far. */
export class MetricBook {
  readonly queries: readonly MetricQuery[];
  readonly #series: ReadonlyMap<MetricQuery, Series>;
  readonly #signs: SignsOfLife;

  constructor(queries: readonly MetricQuery[], signs: SignsOfLife) {
    this.queries = queries;
    this.#signs = signs;
    this.#series = new Map(queries.map((query) => [query, new Series()]));
  }

  /** `query`: one of `queries` itself. */
  series(query: MetricQuery): Series {
    return this.#series.get(query)!;
  }

  /** `read`: in the order of `asked`; a series that was not read, or not asked for, stays as it was. */
  take(asked: readonly MetricQuery[], read: ReadSeries, window: Window, readAtMs: number): void {
    for (const [index, query] of asked.entries()) this.#learn(query, read[index] ?? []);
    for (const [index, query] of asked.entries()) {
      const points = read[index] ?? null;
      if (points !== null) this.series(query).take(points, window, readAtMs);
    }
  }

  /** From mistakes alone: in an outage everything is late, and nothing is taken for zero. */
  #learn(query: MetricQuery, points: readonly Point[]): void {
    const series = this.series(query);
    for (const { startMs, value } of points) {
      if (!value || series.at(startMs)?.value !== 'absent') continue;
      if (this.minute(startMs, Number.NEGATIVE_INFINITY).count(query) === 0) series.wasLate(startMs);
    }
  }

  /** The minute that begins then, as far as it was read at `readSinceMs` or later. */
  minute(startMs: number, readSinceMs: number): Minute {
    const bucket = (query: MetricQuery) => {
      const found = this.series(query).at(startMs);
      return found !== undefined && found.readAtMs >= readSinceMs ? found : undefined;
    };
    const hasValue = (query: MetricQuery) => typeof bucket(query)?.value === 'number';
    let isAlive: boolean | null = null;
    const isSilent = (query: MetricQuery) => this.#areSilent(query.namespace, hasValue);
    return {
      value(query) {
        const value = bucket(query)?.value;
        return typeof value === 'number' ? value : null;
      },
      count: (query) => {
        const found = bucket(query);
        if (found === undefined || found.value === 'garbage') return null;
        if (found.value !== 'absent') return found.value;
        isAlive ??= this.#signs.alive.some(hasValue);
        return isAlive && !isSilent(query) && this.#isSettled(query, startMs, found) ? 0 : null;
      },
    };
  }

  #areSilent(namespace: MetricQuery['namespace'], hasValue: (query: MetricQuery) => boolean): boolean {
    const witnesses = this.#signs.witness.filter((query) => query.namespace === namespace);
    return witnesses.some((query) => this.series(query).newestMs !== null) && !witnesses.some(hasValue);
  }

  #isSettled(query: MetricQuery, startMs: number, { readAtMs }: Bucket): boolean {
    const delaySeconds = Math.min(longestDelaySeconds, this.series(query).learnedDelaySeconds);
    return readAtMs - startMs - bucketMs >= delaySeconds * 1000;
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
