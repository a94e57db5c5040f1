import { z } from 'zod';
import { capacityShape } from '../fleet/capacity-unit.ts';

/* What the doctor needs of each answer; an answer without it is none. Lists that are empty may be left out on the wire. */

const instance = z.object({
  InstanceId: z.string().default(''),
  LifecycleState: z.string().default(''),
  InstanceType: z.string().optional(),
  ProtectedFromScaleIn: z.boolean().default(false),
  WeightedCapacity: z.string().optional(),
});

const group = z.object({
  AutoScalingGroupName: z.string(),
  MinSize: z.number(),
  MaxSize: z.number(),
  DesiredCapacity: z.number(),
  ...capacityShape,
  HealthCheckType: z.string().default('EC2'),
  Instances: z.array(instance).default([]),
  SuspendedProcesses: z
    .array(z.object({ ProcessName: z.string().default(''), SuspensionReason: z.string().optional() }))
    .default([]),
  EnabledMetrics: z.array(z.object({ Metric: z.string().default('') })).default([]),
  Tags: z.array(z.object({ Key: z.string().default(''), Value: z.string().default('') })).default([]),
});
export type Group = z.output<typeof group>;

const scalingPolicy = z.object({
  PolicyName: z.string(),
  PolicyType: z.string().default('SimpleScaling'),
  Enabled: z.boolean().default(true),
  PredictiveScalingConfiguration: z.object({ Mode: z.string().optional() }).optional(),
});
export type Policy = z.output<typeof scalingPolicy>;

const scheduledAction = z.object({ ScheduledActionName: z.string() });
export type ScheduledAction = z.output<typeof scheduledAction>;

const activity = z.object({
  Description: z.string().default(''),
  StatusCode: z.string(),
  StatusMessage: z.string().optional(),
  StartTime: z.date().optional(),
  EndTime: z.date().optional(),
});
export type Activity = z.output<typeof activity>;

const forward = z.object({
  TargetGroups: z.array(z.object({ TargetGroupArn: z.string(), Weight: z.number().default(1) })).default([]),
  TargetGroupStickinessConfig: z.object({ Enabled: z.boolean().default(false) }).optional(),
});

const rule = z.object({
  RuleArn: z.string(),
  IsDefault: z.boolean().default(false),
  Actions: z.array(z.object({ Type: z.string(), ForwardConfig: forward.optional() })).default([]),
});
export type Rule = z.output<typeof rule>;

const targetGroup = z.object({
  TargetGroupArn: z.string(),
  TargetType: z.string().default('instance'),
  LoadBalancerArns: z.array(z.string()).default([]),
});
export type TargetGroup = z.output<typeof targetGroup>;

const target = z.object({
  Target: z.object({ Id: z.string().default('') }).optional(),
  TargetHealth: z.object({ State: z.string().default('') }).optional(),
});
export type Target = z.output<typeof target>;

const configuration = z.object({
  MemorySize: z.number(),
  Version: z.string().optional(),
  RevisionId: z.string().optional(),
  State: z.string().default('Active'),
  LastUpdateStatus: z.string().default('Successful'),
});
export type Configuration = z.output<typeof configuration>;

const alias = z.object({
  FunctionVersion: z.string(),
  RevisionId: z.string().optional(),
  RoutingConfig: z.object({ AdditionalVersionWeights: z.record(z.string(), z.number()).default({}) }).optional(),
});
export type Alias = z.output<typeof alias>;

export const shapes = {
  identity: z.object({ Arn: z.string(), Account: z.string() }),
  groups: z.object({ AutoScalingGroups: z.array(group) }),
  policies: z.object({ items: z.array(scalingPolicy) }),
  schedule: z.object({ items: z.array(scheduledAction) }),
  activities: z.object({ Activities: z.array(activity).default([]) }),
  hooks: z.object({
    LifecycleHooks: z
      .array(z.object({ LifecycleTransition: z.string().default(''), HeartbeatTimeout: z.number().default(3600) }))
      .default([]),
  }),
  rules: z.object({ Rules: z.array(rule) }),
  targetGroups: z.object({ TargetGroups: z.array(targetGroup) }),
  targets: z.object({ TargetHealthDescriptions: z.array(target).default([]) }),
  configuration,
  alias,
  reserved: z.object({ ReservedConcurrentExecutions: z.number().nullish() }),
  account: z.object({ AccountLimit: z.object({ UnreservedConcurrentExecutions: z.number() }) }),
  provisioned: z.object({ Status: z.string() }),
  lease: z.object({ Item: z.object({ holder: z.object({ S: z.string() }).optional() }).optional() }),
  parameter: z.object({ Parameter: z.object({ Value: z.string().default('') }) }),
};
