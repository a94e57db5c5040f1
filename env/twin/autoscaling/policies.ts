import type { Deployment } from '../../deployment/deployment.ts';
import type { Output } from '../operation.ts';
import { placeOf } from '../place.ts';
import type { Groups } from './groups.ts';

/** What the hand-back policies of the twin aim at. */
export const targetCpuPercent = 50;

/** The target-tracking policies that a deployment names for the hand-back, as members ScalingPolicy of the API. */
export function describedPolicies({ all }: Groups, deployment: Deployment): Output[] {
  const { region, account } = placeOf(deployment);
  return all.flatMap((group, index) => {
    const policy = deployment.pools[index]!.handBackPolicy;
    if (policy === null) return [];
    return [
      {
        AutoScalingGroupName: group.name,
        PolicyName: policy,
        PolicyARN: `arn:aws:autoscaling:${region}:${account}:scalingPolicy:00000000-0000-4000-8000-000000000000:autoScalingGroupName/${group.name}:policyName/${policy}`,
        PolicyType: 'TargetTrackingScaling',
        StepAdjustments: [],
        Alarms: [
          { AlarmName: `TargetTracking-${group.name}-AlarmHigh` },
          { AlarmName: `TargetTracking-${group.name}-AlarmLow` },
        ],
        TargetTrackingConfiguration: {
          PredefinedMetricSpecification: { PredefinedMetricType: 'ASGAverageCPUUtilization' },
          TargetValue: targetCpuPercent,
          DisableScaleIn: false,
        },
        Enabled: true,
      },
    ];
  });
}
