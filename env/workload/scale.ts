import { InputProblem } from '../problem.ts';
import { shown } from '../shown.ts';
import type { Workload } from '../types.ts';
import { simulable } from './greatest-rate.ts';

/** Multiplies every bin. Scaled counts are no longer counts that were seen, so they become Poisson means. */
export function scaleWorkload(workload: Workload, scale: number): Workload {
  if (!(scale > 0 && scale < Infinity)) {
    throw new InputProblem(
      `The scale of ${workload.name} is ${shown(scale)}, but must be a number above 0: state the multiplier, as in 0.5.`,
    );
  }
  if (scale === 1) return simulable(workload);
  return simulable({
    ...workload,
    name: `${workload.name}-x${scale}`,
    requests: workload.requests.map((requests) => requests * scale),
    counted: false,
  });
}
