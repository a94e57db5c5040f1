import type { Deployment, FunctionDeployment } from '../../deployment/deployment.ts';
import type { ServiceProfile } from '../../types.ts';
import type { MetricQuery } from './metric-query.ts';

/** How long answers took; absent where nothing was answered. */
export interface LatencyMetrics {
  readonly mean: MetricQuery;
  readonly p50: MetricQuery;
  readonly p95: MetricQuery;
  readonly p99: MetricQuery;
  /** [class] Percent of the answers within its deadline: the percentile rank. */
  readonly inTime: readonly MetricQuery[];
  /** What one unit of the metric is. */
  readonly unitMs: number;
}

/** Requests that a load balancer gave to one target group. */
export interface TargetMetrics {
  /** Null: Lambda. */
  readonly pool: number | null;
  readonly variant: number;
  /** Only those for which a target could be chosen. */
  readonly requests: MetricQuery;
  /** Null: the targets are functions, whose health is not checked. */
  readonly healthy: MetricQuery | null;
  readonly failed: MetricQuery;
  readonly latency: LatencyMetrics;
}

export interface FunctionMetrics {
  readonly variant: number;
  /** Without what was throttled. */
  readonly invocations: MetricQuery;
  readonly throttles: MetricQuery;
  /** Of the handler alone, without initialisation. */
  readonly durationSum: MetricQuery;
  readonly concurrency: MetricQuery;
}

export interface ServiceMetrics {
  /** Published every minute whatever happens, if the group's metrics are enabled: tells "no traffic" from "no metrics". */
  readonly liveness: readonly MetricQuery[];
  /** Published by the load balancer while targets are registered: where it has been and stops, so has all that it publishes. */
  readonly witness: readonly MetricQuery[];
  /** Of the load balancer as a whole, which is taken to be the service's own; null: there is none. */
  readonly front: {
    readonly noTarget: MetricQuery;
    readonly rejected: MetricQuery;
    /** All errors of its own, `noTarget` among them. */
    readonly errors: MetricQuery;
  } | null;
  readonly targets: readonly TargetMetrics[];
  readonly functions: readonly FunctionMetrics[];
}

/** What must be read of CloudWatch for a deployment (metric reference pages of ALB, Lambda and EC2 Auto Scaling). */
export function serviceMetrics(deployment: Deployment, profile: ServiceProfile): ServiceMetrics {
  const { loadBalancer, pools, functions } = deployment;
  const targets = loadBalancer === null ? [] : targetsOf(deployment, loadBalancer, profile);
  return {
    liveness: pools.map(({ autoScalingGroup }) => groupMetric(autoScalingGroup)),
    witness: targets.flatMap(({ healthy }) => (healthy === null ? [] : [healthy])),
    front: loadBalancer === null ? null : frontMetrics(loadBalancer),
    targets,
    functions: functions.flatMap((one, variant) => (one === null ? [] : [functionMetrics(one, variant)])),
  };
}

/** What tells whether there is traffic, and where, and how VMs stand. */
export function countQueries({ liveness, witness, front, targets, functions }: ServiceMetrics): MetricQuery[] {
  return [
    ...liveness,
    ...witness,
    ...(front === null ? [] : [front.noTarget, front.rejected, front.errors]),
    ...targets.map(({ requests }) => requests),
    ...functions.flatMap(({ invocations, throttles }) => [invocations, throttles]),
  ];
}

/** What a function does. */
export function workQueries({ durationSum, concurrency }: FunctionMetrics): MetricQuery[] {
  return [durationSum, concurrency];
}

/** What became of the requests of a target group. */
export function answerQueries({ failed, latency }: TargetMetrics): MetricQuery[] {
  const { mean, p50, p95, p99, inTime } = latency;
  return [failed, mean, p50, p95, p99, ...inTime];
}

/** Every query once. */
export function allQueries(metrics: ServiceMetrics): MetricQuery[] {
  const { targets, functions } = metrics;
  return [...countQueries(metrics), ...targets.flatMap(answerQueries), ...functions.flatMap(workQueries)];
}

function groupMetric(group: string): MetricQuery {
  const dimensions = { AutoScalingGroupName: group };
  return { namespace: 'AWS/AutoScaling', name: 'GroupInServiceInstances', dimensions, stat: 'Average' };
}

function frontMetrics(loadBalancer: string): ServiceMetrics['front'] {
  const sum = (name: string): MetricQuery => ({
    namespace: 'AWS/ApplicationELB',
    name,
    dimensions: { LoadBalancer: loadBalancerDimension(loadBalancer) },
    stat: 'Sum',
  });
  return {
    noTarget: sum('HTTPCode_ELB_503_Count'),
    rejected: sum('RejectedConnectionCount'),
    errors: sum('HTTPCode_ELB_5XX_Count'),
  };
}

function targetsOf(deployment: Deployment, loadBalancer: string, profile: ServiceProfile): TargetMetrics[] {
  const ofPools = deployment.pools.flatMap(({ targetGroups }, pool) =>
    targetGroups.map((targetGroup, variant) => ({ pool, variant, targetGroup })),
  );
  const ofFunctions = deployment.functions.map((one, variant) => ({
    pool: null,
    variant,
    targetGroup: one?.targetGroup ?? null,
  }));
  return [...ofPools, ...ofFunctions].flatMap(({ pool, variant, targetGroup }) =>
    targetGroup === null
      ? []
      : [{ pool, variant, ...targetMetrics(loadBalancer, targetGroup, pool !== null, profile) }],
  );
}

function targetMetrics(loadBalancer: string, targetGroup: string, isOfVms: boolean, profile: ServiceProfile) {
  const metric = (name: string, stat: string): MetricQuery => ({
    namespace: 'AWS/ApplicationELB',
    name,
    dimensions: { LoadBalancer: loadBalancerDimension(loadBalancer), TargetGroup: targetGroup.split(':').at(-1)! },
    stat,
  });
  return {
    requests: metric('RequestCount', 'Sum'),
    healthy: isOfVms ? metric('HealthyHostCount', 'Minimum') : null,
    failed: metric('HTTPCode_Target_5XX_Count', 'Sum'),
    latency: latencyMetrics((stat) => metric('TargetResponseTime', stat), 1000, profile),
  };
}

function functionMetrics(deployed: FunctionDeployment, variant: number): FunctionMetrics {
  const ofFunction = { FunctionName: deployed.name };
  const ofAlias = { ...ofFunction, Resource: `${deployed.name}:${deployed.alias}` };
  const metric = (name: string, stat: string, dimensions: MetricQuery['dimensions'] = ofAlias): MetricQuery => ({
    namespace: 'AWS/Lambda',
    name,
    dimensions,
    stat,
  });
  return {
    variant,
    invocations: metric('Invocations', 'Sum'),
    throttles: metric('Throttles', 'Sum'),
    durationSum: metric('Duration', 'Sum'),
    concurrency: metric('ConcurrentExecutions', 'Maximum', ofFunction),
  };
}

function latencyMetrics(
  metric: (stat: string) => MetricQuery,
  unitMs: number,
  { slo }: ServiceProfile,
): LatencyMetrics {
  return {
    mean: metric('Average'),
    p50: metric('p50'),
    p95: metric('p95'),
    p99: metric('p99'),
    inTime: slo.classes.map(({ deadlineMs }) => metric(`PR(:${deadlineMs / unitMs})`)),
    unitMs,
  };
}

/** `app/name/id` of its ARN. */
function loadBalancerDimension(arn: string): string {
  return arn.slice(arn.indexOf(':loadbalancer/') + ':loadbalancer/'.length);
}
