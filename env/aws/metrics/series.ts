import { bucketMs } from './metric-query.ts';
import type { Window } from './window.ts';

/** A bucket of a minute; null: its value is garbage (NaN, negative, infinite). */
export interface Point {
  readonly startMs: number;
  readonly value: number | null;
}

/** What the newest reading said of a bucket. */
export interface Bucket {
  /** Absent: CloudWatch has none, which is zero for some metrics and unknown for others. */
  readonly value: number | 'absent' | 'garbage';
  readonly readAtMs: number;
}

const rememberedMs = 3_600_000;

/**
 * One metric as read so far. Every reading replaces the buckets of its window, since Lambda counts an invocation in the minute
 * in which it began, and ALB sums have been seen halved when read early (zmon-docs#62).
 */
export class Series {
  #buckets = new Map<number, Bucket>();
  /** Buckets that came after they had been taken for zero, and their age at that reading: how late the metric is, from below. */
  #lateness: { readonly startMs: number; readonly seconds: number }[] = [];
  #revised = 0;

  /** Buckets whose value a later reading changed, since the start. */
  get revised(): number {
    return this.#revised;
  }

  /** At this age buckets have been absent still, though others were published, and have come later, within the last hour. */
  get learnedDelaySeconds(): number {
    return this.#lateness.reduce((most, { seconds }) => Math.max(most, seconds), 0);
  }

  /** Start of the newest bucket that has a value. */
  get newestMs(): number | null {
    let newest: number | null = null;
    for (const [startMs, { value }] of this.#buckets) {
      if (typeof value === 'number' && (newest === null || startMs > newest)) newest = startMs;
    }
    return newest;
  }

  /** Buckets of the window without a value. */
  missing({ fromMs, toMs }: Window): number {
    let missing = 0;
    for (let startMs = fromMs; startMs < toMs; startMs += bucketMs) {
      if (typeof this.#buckets.get(startMs)?.value !== 'number') missing++;
    }
    return missing;
  }

  /** Undefined: never read. */
  at(startMs: number): Bucket | undefined {
    return this.#buckets.get(startMs);
  }

  /** What is gone that was there before is a broken reading: then no bucket counts as absent, which could be taken for zero. */
  take(points: readonly Point[], { fromMs, toMs }: Window, readAtMs: number): void {
    const read = new Map(points.map(({ startMs, value }) => [startMs, value ?? ('garbage' as const)]));
    const starts = Array.from({ length: (toMs - fromMs) / bucketMs }, (_, index) => fromMs + index * bucketMs);
    const isGone = (startMs: number) => !read.has(startMs) && typeof this.#buckets.get(startMs)?.value === 'number';
    const isBroken = starts.some(isGone);
    for (const startMs of starts) {
      if (isGone(startMs)) continue;
      const value = read.get(startMs) ?? (isBroken ? 'garbage' : 'absent');
      const before = this.#buckets.get(startMs)?.value;
      if (typeof before === 'number' && before !== value) this.#revised++;
      this.#buckets.set(startMs, { value, readAtMs });
    }
    this.#forget(toMs - rememberedMs);
  }

  /** The bucket has come, though it had been taken for zero. */
  wasLate(startMs: number): void {
    const { readAtMs } = this.#buckets.get(startMs)!;
    this.#lateness.push({ startMs, seconds: (readAtMs - startMs - bucketMs) / 1000 });
  }

  #forget(untilMs: number): void {
    for (const startMs of this.#buckets.keys()) if (startMs < untilMs) this.#buckets.delete(startMs);
    this.#lateness = this.#lateness.filter(({ startMs }) => startMs >= untilMs);
  }
}
