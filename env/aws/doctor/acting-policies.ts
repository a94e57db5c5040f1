import type { Group, Policy } from './shapes.ts';

/**
 * Policies that set the size of a group now. While the process AlarmNotification is suspended those rest that act by alarms, as target tracking,
 * step and simple scaling do; predictive scaling does not (Amazon EC2 Auto Scaling user guide, considerations for suspending processes).
 */
export function actingPolicies(all: readonly Policy[], group: Pick<Group, 'SuspendedProcesses'>): readonly Policy[] {
  const isResting = group.SuspendedProcesses.some(({ ProcessName }) => ProcessName === 'AlarmNotification');
  return all.filter((policy) => policy.Enabled && (isPredictive(policy) ? !forecastsOnly(policy) : !isResting));
}

export function isPredictive({ PolicyType }: Policy): boolean {
  return PolicyType === 'PredictiveScaling';
}

function forecastsOnly({ PredictiveScalingConfiguration }: Policy): boolean {
  return PredictiveScalingConfiguration?.Mode !== 'ForecastAndScale';
}
