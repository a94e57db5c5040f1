import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { Deployment } from '../deployment/deployment.ts';

/** What is asked of CloudWatch to learn the arrivals of a service. */
export interface ImportSeries {
  /** Their sum is the demand of a minute: what was served, and what was turned away (AWS/ApplicationELB; docs/aws.md). */
  readonly demand: readonly MetricDataQuery[];
  /** Published every minute whatever comes: where one of them is there and no demand is, nothing came. */
  readonly liveness: readonly MetricDataQuery[];
}

/** Null: the deployment names nothing that counts its requests in CloudWatch. */
export function importSeries({ loadBalancer, rule, pools, functions }: Deployment): ImportSeries | null {
  if (loadBalancer === null) return null;
  const balancer = { LoadBalancer: suffix(loadBalancer, 'loadbalancer/') };
  const groups = pools.flatMap(({ targetGroups }) => targetGroups).filter((arn) => arn !== null);
  const aliases = functions.map((one) => one?.targetGroup ?? null).filter((arn) => arn !== null);
  const dimensionsOf = (arn: string) => ({ ...balancer, TargetGroup: `targetgroup/${suffix(arn, ':targetgroup/')}` });
  // A rule's service is one of many behind its balancer; a router's has the balancer to itself.
  const served = rule === null ? [balancer] : [...new Set([...groups, ...aliases])].map(dimensionsOf);
  const demand = [
    ...served.map((dimensions) => balancerMetric('RequestCount', 'Sum', dimensions)),
    balancerMetric('HTTPCode_ELB_503_Count', 'Sum', balancer),
    balancerMetric('RejectedConnectionCount', 'Sum', balancer),
  ];
  const liveness = [
    ...pools.map(({ autoScalingGroup }) =>
      metric('AWS/AutoScaling', 'GroupInServiceInstances', 'Average', { AutoScalingGroupName: autoScalingGroup }),
    ),
    ...groups.map((arn) => balancerMetric('HealthyHostCount', 'Minimum', dimensionsOf(arn))),
  ];
  return {
    demand: demand.map((query, index) => ({ ...query, Id: `demand${index}` })),
    liveness: liveness.map((query, index) => ({ ...query, Id: `liveness${index}` })),
  };
}

type Dimensions = Readonly<Record<string, string>>;

function balancerMetric(name: string, stat: string, dimensions: Dimensions): MetricDataQuery {
  return metric('AWS/ApplicationELB', name, stat, dimensions);
}

function metric(namespace: string, name: string, stat: string, dimensions: Dimensions): MetricDataQuery {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const Metric = { Namespace: namespace, MetricName: name, Dimensions };
  return { Id: 'none', MetricStat: { Metric, Period: 60, Stat: stat } };
}

/** CloudWatch names a balancer `app/name/id`, as its ARN ends. */
function suffix(arn: string, after: string): string {
  return arn.slice(arn.indexOf(after) + after.length);
}
