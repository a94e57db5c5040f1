import { InputProblem } from '../problem.ts';
import type { Workload } from '../types.ts';
import { durationSeconds } from './duration.ts';

/** The part that begins at `start` and lasts `duration` (null: to the end), both in seconds and on edges of bins. */
export function sliceWorkload(workload: Workload, start: number, duration: number | null): Workload {
  const whole = durationSeconds(workload);
  if (start === 0 && (duration === null || duration === whole)) return workload;
  const first = edge(workload, 'the start', start, 0);
  const bins = duration === null ? workload.requests.length - first : edge(workload, 'the duration', duration, 1);
  if (bins < 1 || first + bins > workload.requests.length) {
    const asked = duration === null ? '' : ` and a duration of ${duration} s`;
    throw new InputProblem(
      `a start at ${start} s${asked} must stay within ${workload.name}, which lasts ${whole} s: lower what goes beyond its end.`,
    );
  }
  const name = `${workload.name}@${start}+${bins * workload.stepSeconds}`;
  return { ...workload, name, requests: workload.requests.subarray(first, first + bins) };
}

function edge({ name, stepSeconds }: Workload, field: string, seconds: number, least: number): number {
  const bins = Math.round(seconds / stepSeconds);
  if (bins >= least && Math.abs(seconds - bins * stepSeconds) <= 1e-6 * stepSeconds) return bins;
  const legal = least === 0 ? '0 or a multiple' : 'a multiple above 0';
  throw new InputProblem(
    `${field} is ${seconds} s, but must be ${legal} of ${stepSeconds}, the step of ${name} in seconds: round it to one.`,
  );
}
