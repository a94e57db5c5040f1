import { type Answer, Calls } from '../calls/call.ts';
import { bucketMs, type MetricQuery } from '../metrics/metric-query.ts';
import { type ReadSeries, readMetrics } from '../metrics/metric-reader.ts';
import type { Patient } from './patient.ts';

const deadlineMs = 20_000;
const lookBackMs = 3_600_000;

/** [query] Its minutes of the last hour. */
export async function recentSeries(
  { readings, now }: Pick<Patient, 'readings' | 'now'>,
  queries: readonly MetricQuery[],
): Promise<Answer<ReadSeries>> {
  const toMs = Math.floor(now.getTime() / bucketMs) * bucketMs;
  const calls = new Calls(deadlineMs);
  const value = await readMetrics(readings.clients.cloudWatch, calls, queries, { fromMs: toMs - lookBackMs, toMs });
  const fault = calls.takeFaults()[0] ?? null;
  readings.note('cloudwatch:GetMetricData', fault);
  return fault === null ? { value, fault } : { value: null, fault };
}
