import type { Workload } from '../types.ts';
import { durationSeconds } from './duration.ts';

/** Expected requests that arrive in [from, to), seconds; within a bin of the workload they are spread evenly. */
export function expectedRequests({ requests, stepSeconds }: Workload, from: number, to: number): number {
  let sum = 0;
  for (let bin = Math.max(0, Math.floor(from / stepSeconds)); bin < requests.length; bin++) {
    const start = bin * stepSeconds;
    if (start >= to) break;
    const overlap = Math.min(to, start + stepSeconds) - Math.max(from, start);
    if (overlap > 0) sum += (requests[bin]! * overlap) / stepSeconds;
  }
  return sum;
}

/** [bin] Mean requests per second in bins of `binSeconds`; a last bin that the workload fills in part counts as a whole one. */
export function meanRates(workload: Workload, binSeconds: number): Float32Array {
  const rates = new Float32Array(Math.ceil(durationSeconds(workload) / binSeconds - 1e-9));
  for (let bin = 0; bin < rates.length; bin++) {
    rates[bin] = expectedRequests(workload, bin * binSeconds, (bin + 1) * binSeconds) / binSeconds;
  }
  return rates;
}
