import type { Deployment } from '../../deployment/deployment.ts';
import type { Output } from '../operation.ts';
import { placeOf } from '../place.ts';
import type { Activity } from './activities.ts';
import type { Group } from './group.ts';
import { type Instance, isHealthy } from './instance.ts';

/** Every process that a group can have suspended (Amazon EC2 Auto Scaling user guide, "Process types"). */
export const processes = [
  'AddToLoadBalancer',
  'AlarmNotification',
  'AZRebalance',
  'HealthCheck',
  'InstanceRefresh',
  'Launch',
  'ReplaceUnhealthy',
  'ScheduledActions',
  'Terminate',
] as const;

/** A member AutoScalingGroup of the API. */
export function describedGroup(group: Group, deployment: Deployment, nowMs: number, createdAt: Date): Output {
  const pool = deployment.pools.find((one) => one.autoScalingGroup === group.name)!;
  const { account } = placeOf(deployment);
  return {
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: `arn:aws:autoscaling:${deployment.region}:${account}:autoScalingGroup:00000000-0000-4000-8000-000000000000:autoScalingGroupName/${group.name}`,
    LaunchTemplate: { LaunchTemplateId: 'lt-00000000000000001', LaunchTemplateName: group.name, Version: '1' },
    MinSize: group.pool.min,
    MaxSize: group.pool.max,
    DesiredCapacity: group.desired,
    DefaultCooldown: 300,
    AvailabilityZones: ['a', 'b', 'c'].map((zone) => `${deployment.region}${zone}`),
    LoadBalancerNames: [],
    TargetGroupARNs: pool.targetGroups.filter((one) => one !== null),
    HealthCheckType: deployment.loadBalancer === null ? 'EC2' : 'ELB',
    HealthCheckGracePeriod: 300,
    Instances: group.instances.map((one) => describedInstance(one, group, nowMs)),
    CreatedTime: createdAt,
    SuspendedProcesses: processes
      .filter((process) => group.isSuspended(process))
      .map((process) => ({ ProcessName: process, SuspensionReason: 'User suspended at the time of the call' })),
    VPCZoneIdentifier: 'subnet-00000000000000001',
    EnabledMetrics: groupMetricNames.map((name) => ({ Metric: name, Granularity: '1Minute' })),
    Tags: [...group.tags].map(([key, value]) => describedTag(group.name, key, value)),
    TerminationPolicies: ['Default'],
    NewInstancesProtectedFromScaleIn: false,
    ServiceLinkedRoleARN: `arn:aws:iam::${account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`,
  };
}

export const groupMetricNames = [
  'GroupDesiredCapacity',
  'GroupInServiceInstances',
  'GroupPendingInstances',
  'GroupTerminatingInstances',
  'GroupTotalInstances',
  'GroupMinSize',
  'GroupMaxSize',
] as const;

export function describedInstance(instance: Instance, group: Group, nowMs: number): Output {
  return {
    InstanceId: instance.id,
    InstanceType: group.pool.instanceType,
    AvailabilityZone: instance.zone,
    LifecycleState: instance.lifecycle,
    HealthStatus: isHealthy(instance, nowMs) ? 'Healthy' : 'Unhealthy',
    LaunchTemplate: { LaunchTemplateId: 'lt-00000000000000001', LaunchTemplateName: group.name, Version: '1' },
    ProtectedFromScaleIn: group.isProtected(instance),
  };
}

export function describedTag(group: string, key: string, value: string): Output {
  return { ResourceId: group, ResourceType: 'auto-scaling-group', Key: key, Value: value, PropagateAtLaunch: false };
}

export function describedActivity(activity: Activity): Output {
  return {
    ActivityId: activity.id,
    AutoScalingGroupName: activity.group,
    Description: activity.description,
    Cause: activity.cause,
    StartTime: new Date(activity.startedAtMs),
    EndTime: activity.endedAtMs === null ? undefined : new Date(activity.endedAtMs),
    StatusCode: activity.status,
    StatusMessage: activity.message ?? undefined,
    Progress: activity.status === 'InProgress' ? 50 : 100,
    Details: '{}',
  };
}
