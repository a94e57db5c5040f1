import type { Workload } from '../types.ts';

const longestStepSeconds = 5;

/**
 * How many requests of a workload come at once, as if it came in lots of them: the variance of what a step brings over its mean, by the
 * differences of neighbouring steps, so that a slow wave has no part in it. 1 for counts of a Poisson process, m for such counts times m, less for a curve;
 * 0 where steps are too long to tell.
 */
export function lotOf({ requests, stepSeconds }: Workload): number {
  if (stepSeconds > longestStepSeconds) return 0;
  let squares = 0;
  let sum = 0;
  for (let step = 1; step < requests.length; step++) {
    squares += (requests[step]! - requests[step - 1]!) ** 2;
    sum += requests[step]! + requests[step - 1]!;
  }
  return sum > 0 ? squares / sum : 0;
}
