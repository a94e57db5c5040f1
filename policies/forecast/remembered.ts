import type { Workload } from '../../env/types.ts';
import { durationSeconds } from '../../env/workload/duration.ts';

/** A week more than any forecaster remembers: fourteen rounds of a week. */
const longestSeconds = 15 * 7 * 86_400;

/** The end of past demand that forecasters make something of, in whole intervals. */
export function remembered(past: Workload, intervalSeconds: number): Workload {
  const seconds = durationSeconds(past);
  const intervals = Math.floor(Math.min(seconds, longestSeconds) / intervalSeconds);
  const skipped = Math.ceil((seconds - intervals * intervalSeconds) / past.stepSeconds);
  return { ...past, requests: past.requests.subarray(skipped) };
}
