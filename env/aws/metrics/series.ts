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

/** Kept and changed, since a minute is read ten times over. */
type Kept = { -readonly [field in keyof Bucket]: Bucket[field] };

const rememberedMs = 3_600_000;

/**
 * One metric as read so far. Every reading replaces the buckets of its window, since Lambda counts an invocation in the minute
 * in which it began, and ALB sums have been seen halved when read early (zmon-docs#62).
 */
export class Series {
  /** By the minute since 1970 in which they begin: as keys, small whole numbers cost less than times. */
  #buckets = new Map<number, Kept>();
  /** Buckets that came after they had been taken for zero, and their age at that reading: how late the metric is, from below. */
  #lateness: { readonly startMs: number; readonly seconds: number }[] = [];
  #revised = 0;
  /** Undefined: to be looked for. */
  #newestMs: number | null | undefined;

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
    if (this.#newestMs !== undefined) return this.#newestMs;
    let newest = Number.NEGATIVE_INFINITY;
    this.#buckets.forEach(({ value }, minute) => {
      if (typeof value === 'number' && minute > newest) newest = minute;
    });
    this.#newestMs = newest === Number.NEGATIVE_INFINITY ? null : newest * bucketMs;
    return this.#newestMs;
  }

  /** Buckets of the window without a value. */
  missing({ fromMs, toMs }: Window): number {
    let missing = 0;
    for (let minute = fromMs / bucketMs; minute < toMs / bucketMs; minute++) {
      if (typeof this.#buckets.get(minute)?.value !== 'number') missing++;
    }
    return missing;
  }

  /** Undefined: never read. */
  at(startMs: number): Bucket | undefined {
    return this.#buckets.get(startMs / bucketMs);
  }

  /** What is gone that was there before is a broken reading: then no bucket counts as absent, which could be taken for zero. */
  take(points: readonly Point[], { fromMs, toMs }: Window, readAtMs: number): void {
    const first = fromMs / bucketMs;
    const told = byMinute(points, fromMs, toMs);
    const absent = this.#isAnyGone(told, first) ? 'garbage' : 'absent';
    for (let index = 0; index < told.length; index++) {
      const point = told[index];
      const value = point === undefined ? absent : (point.value ?? 'garbage');
      const before = this.#buckets.get(first + index);
      if (before === undefined) {
        this.#buckets.set(first + index, { value, readAtMs });
        continue;
      }
      if (typeof before.value === 'number') {
        if (point === undefined) continue;
        if (before.value !== value) this.#revised++;
      }
      before.value = value;
      before.readAtMs = readAtMs;
    }
    this.#newestMs = undefined;
    this.#forget(toMs - rememberedMs);
  }

  /** The bucket has come, though it had been taken for zero. */
  wasLate(startMs: number): void {
    const { readAtMs } = this.#buckets.get(startMs / bucketMs)!;
    this.#lateness.push({ startMs, seconds: (readAtMs - startMs - bucketMs) / 1000 });
  }

  #isAnyGone(told: readonly (Point | undefined)[], first: number): boolean {
    for (let index = 0; index < told.length; index++) {
      if (told[index] === undefined && typeof this.#buckets.get(first + index)?.value === 'number') return true;
    }
    return false;
  }

  #forget(untilMs: number): void {
    for (const minute of this.#buckets.keys()) {
      // The oldest come first, unless the clock was set back: then some stay for longer.
      if (minute * bucketMs >= untilMs) break;
      this.#buckets.delete(minute);
    }
    if (this.#lateness.length > 0) this.#lateness = this.#lateness.filter(({ startMs }) => startMs >= untilMs);
  }
}

/** [minute of the window] Of two points of a minute the later one; undefined: there is none. */
function byMinute(points: readonly Point[], fromMs: number, toMs: number): (Point | undefined)[] {
  const told = new Array<Point | undefined>(Math.max(0, Math.ceil((toMs - fromMs) / bucketMs))).fill(undefined);
  for (const point of points) {
    if (point.startMs >= fromMs && point.startMs < toMs) told[(point.startMs - fromMs) / bucketMs] = point;
  }
  return told;
}
