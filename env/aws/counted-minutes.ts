import type { BulkReads } from './calls/bulk-reads.ts';
import type { Calls } from './calls/call.ts';
import type { ImportMetrics } from './import-metrics.ts';
import { bucketMs } from './metrics/metric-query.ts';
import type { ReadSeries } from './metrics/metric-reader.ts';
import type { Window } from './metrics/window.ts';

/** One question asks for a day of each series: 15 for what CloudWatch keeps by the minute. */
const bucketsPerCall = 1440;

/** CloudWatch did not tell, in a sentence without its end. */
export class ImportFailure extends Error {
  override readonly name = 'ImportFailure';
}

export interface CountedMinutes {
  readonly read: BulkReads['metrics'];
  /** Told what failed. */
  readonly calls: Pick<Calls, 'takeFaults'>;
  readonly metrics: ImportMetrics;
  /** Whole minutes. */
  readonly window: Window;
  readonly onMinutes?: (done: number) => void;
}

/**
 * [minute] Requests that came in it: 0 where a series that is always published shows that nothing came, null where nobody knows.
 * Throws an ImportFailure where CloudWatch cannot tell: a hole of its own must not become a quiet minute.
 */
export async function countedMinutes(asked: CountedMinutes): Promise<(number | null)[]> {
  const { window, onMinutes } = asked;
  const minutes: (number | null)[] = [];
  for (let fromMs = window.fromMs; fromMs < window.toMs; fromMs += bucketsPerCall * bucketMs) {
    const day = { fromMs, toMs: Math.min(fromMs + bucketsPerCall * bucketMs, window.toMs) };
    const [demand, liveness] = await bothOf(asked, day);
    minutes.push(...arrivalsOf(demand, liveness, day));
    onMinutes?.(minutes.length);
  }
  return minutes;
}

async function bothOf(
  { read, calls, metrics: { demand, liveness } }: CountedMinutes,
  day: Window,
): Promise<readonly [ReadSeries, ReadSeries]> {
  const series = await read([...demand, ...liveness], day);
  const [fault] = calls.takeFaults();
  if (fault !== undefined) throw new ImportFailure(fault.said);
  if (series.includes(null)) throw new ImportFailure('CloudWatch could not tell a series as a whole');
  return [series.slice(0, demand.length), series.slice(demand.length)];
}

function arrivalsOf(demand: ReadSeries, liveness: ReadSeries, { fromMs, toMs }: Window): (number | null)[] {
  const counts = new Map<number, number>();
  const alive = new Set<number>();
  for (const { startMs, value } of demand.flatMap((points) => points ?? [])) {
    if (value !== null) counts.set(startMs, (counts.get(startMs) ?? 0) + value);
  }
  for (const { startMs, value } of liveness.flatMap((points) => points ?? [])) if (value !== null) alive.add(startMs);
  return Array.from({ length: (toMs - fromMs) / bucketMs }, (_, minute) => {
    const startMs = fromMs + minute * bucketMs;
    return counts.get(startMs) ?? (alive.has(startMs) ? 0 : null);
  });
}
