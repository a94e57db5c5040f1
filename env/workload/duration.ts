import type { Workload } from '../types.ts';

export function durationSeconds(workload: Workload): number {
  return workload.requests.length * workload.stepSeconds;
}
