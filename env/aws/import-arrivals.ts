import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { Calls } from './calls/call.ts';
import { type CountedMinutes, countedMinutes } from './counted-minutes.ts';
import { readMetrics } from './metrics/metric-reader.ts';

const deadlineMs = 30_000;

export type ImportRequest = { readonly client: CloudWatchClient } & Required<
  Pick<CountedMinutes, 'metrics' | 'window' | 'onMinutes'>
>;

/** [minute] As `countedMinutes`, for a command that asks for nothing else. */
export async function importArrivals({ client, ...asked }: ImportRequest): Promise<(number | null)[]> {
  const calls = new Calls(deadlineMs);
  return countedMinutes({
    ...asked,
    calls,
    read: (queries, window) => readMetrics(client, calls, queries, window),
  });
}
