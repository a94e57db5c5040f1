import { leastPath } from './level-path.ts';

export interface LevelPlanTerms {
  /** Lambda's price of a VM-step's full work, in the price of a VM-step. */
  readonly ratio: number;
  /** What a launch costs: the steps of a boot, a fraction if need be. */
  readonly bootSteps: number;
}

/**
 * [time] 1 where the clairvoyant keeps one level on. `demandUnits` is the load in VMs, [time]; `level` counts from 0 and serves the part
 * of the load between level and level + 1. It knows the future, so a boot costs it money but no time.
 */
export function levelPlan(
  demandUnits: ArrayLike<number>,
  level: number,
  { ratio, bootSteps }: LevelPlanTerms,
): Uint8Array {
  const on = new Float64Array(demandUnits.length);
  for (let time = 0; time < on.length; time++) {
    on[time] = 1 - ratio * Math.min(1, Math.max(0, demandUnits[time]! - level));
  }
  return leastPath(on, bootSteps);
}
