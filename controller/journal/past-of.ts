import type { Seen } from './seen-before.ts';

const minuteMs = 60_000;
/** A minute of which less is known tells too little of the rest. */
const leastKnownMs = 30_000;

export interface PastOptions {
  readonly service: string;
  readonly binSeconds: number;
  /** Whole minutes since 1970 in milliseconds, from inclusive, to exclusive. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** [minute] Requests as the decisions of a service saw them, each interval once; null: none of them saw it. */
export function pastOf(
  entries: readonly Pick<Seen, 'service' | 'at' | 'observation'>[],
  { service, binSeconds, fromMs, toMs }: PastOptions,
): (number | null)[] {
  const minutes = (toMs - fromMs) / minuteMs;
  const [counts, knownMs] = [new Float64Array(minutes), new Float64Array(minutes)];
  const book = (startMs: number, endMs: number, perSecond: number) => {
    for (let atMs = startMs; atMs < endMs; ) {
      const minute = Math.floor((atMs - fromMs) / minuteMs);
      const untilMs = Math.min(endMs, fromMs + (minute + 1) * minuteMs);
      if (minute >= 0 && minute < minutes) {
        counts[minute]! += (perSecond * (untilMs - atMs)) / 1000;
        knownMs[minute]! += untilMs - atMs;
      }
      atMs = untilMs;
    }
  };
  let seenMs = Number.NEGATIVE_INFINITY;
  for (const { service: of, at, observation } of entries) {
    if (of !== service || !observation.arrivals) continue;
    const { perSecond, ageSeconds } = observation.arrivals;
    const endMs = Date.parse(at) - 1000 * ageSeconds;
    const startMs = endMs - 1000 * binSeconds * perSecond.length;
    perSecond.forEach((rate, bin) => {
      const binMs = startMs + 1000 * binSeconds * bin;
      book(Math.max(binMs, seenMs), binMs + 1000 * binSeconds, rate);
    });
    seenMs = Math.max(seenMs, endMs);
  }
  return Array.from(counts, (count, minute) => {
    const known = knownMs[minute]!;
    return known < leastKnownMs ? null : (count * minuteMs) / known;
  });
}
