import type { Deployment } from '../deployment/deployment.ts';
import type { ServiceProfile } from '../types.ts';
import { serviceMetrics } from './metrics/metric-queries.ts';
import { type MetricQuery, metricKey } from './metrics/metric-query.ts';

/** What is asked of CloudWatch to learn the arrivals of a service. */
export interface ImportMetrics {
  /** Their sum is the demand of a minute: what was served, and what was turned away. */
  readonly demand: readonly MetricQuery[];
  /** Published every minute whatever comes: where one of them is there and no demand is, nothing came. */
  readonly liveness: readonly MetricQuery[];
}

/** Null: the deployment names no load balancer, and nothing else counts requests in CloudWatch. */
export function importMetrics(deployment: Deployment, profile: ServiceProfile): ImportMetrics | null {
  const { liveness, front, targets } = serviceMetrics(deployment, profile);
  if (front === null) return null;
  // The balancer of a rule may have other services behind it; that in front of a router has none.
  const served =
    deployment.rule === null ? [{ ...front.noTarget, name: 'RequestCount' }] : targets.map(({ requests }) => requests);
  const hosts = targets
    .filter(({ pool }) => pool !== null)
    .map(({ requests }): MetricQuery => ({ ...requests, name: 'HealthyHostCount', stat: 'Minimum' }));
  return { demand: once([...served, front.noTarget, front.rejected]), liveness: once([...liveness, ...hosts]) };
}

/** Variants may share a target group. */
function once(queries: readonly MetricQuery[]): readonly MetricQuery[] {
  return [...new Map(queries.map((query) => [metricKey(query), query])).values()];
}
