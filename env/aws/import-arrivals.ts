import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { Calls } from './calls/call.ts';
import type { ImportMetrics } from './import-metrics.ts';
import { bucketMs } from './metrics/metric-query.ts';
import { type ReadSeries, readMetrics } from './metrics/metric-reader.ts';
import type { Window } from './metrics/window.ts';

/** One question asks for a day of each series: 15 for what CloudWatch keeps by the minute. */
const bucketsPerCall = 1440;
const deadlineMs = 30_000;

/** CloudWatch did not tell, in a sentence. */
export class ImportFailure extends Error {
  override readonly name = 'ImportFailure';
}

export interface ImportRequest {
  readonly client: CloudWatchClient;
  readonly metrics: ImportMetrics;
  /** Whole minutes. */
  readonly window: Window;
  readonly onMinutes: (done: number) => void;
}

/**
 * [minute] Requests that came in it: 0 where a series that is always published shows that nothing came, null where nobody knows.
 * Throws an ImportFailure where CloudWatch cannot tell: a hole of its own must not become a quiet minute.
 */
export async function importArrivals({
  client,
  metrics,
  window,
  onMinutes,
}: ImportRequest): Promise<(number | null)[]> {
  const calls = new Calls(deadlineMs);
  const minutes: (number | null)[] = [];
  for (let fromMs = window.fromMs; fromMs < window.toMs; fromMs += bucketsPerCall * bucketMs) {
    const day = { fromMs, toMs: Math.min(fromMs + bucketsPerCall * bucketMs, window.toMs) };
    const [demand, liveness] = await bothOf(client, calls, metrics, day);
    minutes.push(...arrivalsOf(demand, liveness, day));
    onMinutes(minutes.length);
  }
  return minutes;
}

async function bothOf(
  client: CloudWatchClient,
  calls: Calls,
  { demand, liveness }: ImportMetrics,
  day: Window,
): Promise<readonly [ReadSeries, ReadSeries]> {
  const read = await readMetrics(client, calls, [...demand, ...liveness], day);
  const [fault] = calls.takeFaults();
  if (fault !== undefined) throw new ImportFailure(`${fault.said}; nothing was written, so try again.`);
  if (read.includes(null)) {
    throw new ImportFailure('CloudWatch could not tell a series as a whole; nothing was written, so try again later.');
  }
  return [read.slice(0, demand.length), read.slice(demand.length)];
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
