import type { ServiceProfile, Workload } from '../env/types.ts';
import { durationSeconds } from '../env/workload/duration.ts';
import { expectedRequests } from '../env/workload/mean-rates.ts';

/** [interval][bin] Requests per second of the last decision intervals of a workload, as they would have been observed, oldest first; at most so many. */
export function* pastDemand(past: Workload, { decisionSeconds, metrics }: ServiceProfile, most: number) {
  const seconds = durationSeconds(past);
  const bins = decisionSeconds / metrics.binSeconds;
  for (let left = Math.min(most, Math.floor(seconds / decisionSeconds)); left > 0; left--) {
    const from = seconds - left * decisionSeconds;
    yield Array.from({ length: bins }, (_, bin) => {
      const start = from + bin * metrics.binSeconds;
      return expectedRequests(past, start, start + metrics.binSeconds) / metrics.binSeconds;
    });
  }
}
