import type { VmPool } from '../../vm-pool.ts';
import { ServiceError } from '../operation.ts';

/** A desired capacity that a group does not allow. */
export function refuseOutside(desired: number, { min, max }: VmPool): void {
  if (!Number.isInteger(desired) || desired < min) {
    throw outside(`New SetDesiredCapacity value ${desired} is below min value ${min} for the AutoScalingGroup.`);
  }
  if (desired > max) {
    throw outside(`New SetDesiredCapacity value ${desired} is above max value ${max} for the AutoScalingGroup.`);
  }
}

function outside(message: string): ServiceError {
  return new ServiceError('ValidationError', message);
}
