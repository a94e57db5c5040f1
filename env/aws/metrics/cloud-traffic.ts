import { emptyHistogram } from '../../histogram.ts';
import type { ServiceProfile } from '../../types.ts';
import type { Minute } from './metric-book.ts';
import type { FunctionMetrics, LatencyMetrics, ServiceMetrics, TargetMetrics } from './metric-queries.ts';
import { bucketMs } from './metric-query.ts';
import { histogramOf } from './percentile-histogram.ts';
import { sumKnown, type Traffic, unknownTraffic } from './traffic.ts';

/** Requests that CloudWatch tells apart from others: those of one target group. */
interface Flow {
  readonly pool: number | null;
  readonly variant: number;
  readonly requests: number;
  readonly answered: number;
  readonly latency: LatencyMetrics;
}

/**
 * What CloudWatch tells of one minute.
 *
 * Demand is RequestCount, which counts only requests for which a target could be chosen, plus the 503s and the rejected
 * connections of the load balancer: at overload, and without a healthy VM, RequestCount alone is near zero (ALB metric reference).
 * Without a load balancer only the functions are seen: Invocations plus Throttles, since the former exclude the latter.
 *
 * Assumed: classes arrive in the profile's shares; VMs serve the strictest class first, so that its answers are a target group's
 * quickest, and Lambda serves all alike; the load balancer serves nothing else; its other errors of its own (502, 504) fall on the
 * target groups as their requests do; answers that failed were as fast as the others. The work of a request on a VM takes the
 * profile's mean service time, and what TargetResponseTime is longer it waited.
 */
export function cloudTraffic(minute: Minute, metrics: ServiceMetrics, profile: ServiceProfile): Traffic {
  const unknown = {
    ...unknownTraffic(profile, bucketMs / 1000),
    throttled: sumKnown(metrics.functions.map(({ throttles }) => minute.count(throttles))),
  };
  if (metrics.front === null) return { ...unknown, spilled: functionDemand(minute, metrics.functions) };
  const perTarget = metrics.targets.map((target) => requestsOf(target, minute));
  const lambda = perTarget.filter((_, index) => metrics.targets[index]!.pool === null);
  const refused = sumKnown([minute.count(metrics.front.noTarget), minute.count(metrics.front.rejected)]);
  const requests = sumKnown([...perTarget, refused]);
  const known = { ...unknown, requests, spilled: sumKnown(lambda) };
  const flows = flowsOf(minute, metrics, perTarget);
  return flows === null || requests === null ? known : { ...known, ...answersOf(flows, requests, minute, profile) };
}

/** No requests, but latencies of their answers: what is missing is the count. */
function requestsOf({ requests, latency }: TargetMetrics, minute: Minute): number | null {
  const count = minute.count(requests);
  return count === 0 && minute.value(latency.mean) !== null ? null : count;
}

function functionDemand(minute: Minute, functions: readonly FunctionMetrics[]): number | null {
  return sumKnown(
    functions.flatMap(({ invocations, throttles, durationSum }) => {
      const count = minute.count(invocations);
      return [count === 0 && minute.value(durationSum) ? null : count, minute.count(throttles)];
    }),
  );
}

/** Null: it is not known how many were answered. */
function flowsOf(minute: Minute, metrics: ServiceMetrics, perTarget: readonly (number | null)[]): Flow[] | null {
  const given = sumKnown(perTarget);
  const errors = minute.count(metrics.front!.errors);
  const noTarget = minute.count(metrics.front!.noTarget);
  const failed = metrics.targets.map((target, index) => (perTarget[index] === 0 ? 0 : minute.count(target.failed)));
  if (given === null || errors === null || noTarget === null || sumKnown(failed) === null) return null;
  const lostShare = given > 0 ? Math.min(1, Math.max(0, errors - noTarget) / given) : 0;
  return metrics.targets.map(({ pool, variant, latency }: TargetMetrics, index) => {
    const requests = perTarget[index]!;
    return { pool, variant, latency, requests, answered: Math.max(0, requests * (1 - lostShare) - failed[index]!) };
  });
}

function answersOf(flows: readonly Flow[], requests: number, minute: Minute, profile: ServiceProfile) {
  const answering = flows.filter(({ answered }) => answered > 0);
  const answered = answering.reduce((sum, flow) => sum + flow.answered, 0);
  const inTime = profile.slo.classes.map((_, k) =>
    sumKnown(answering.map((flow) => inTimeOf(flow, k, minute, profile))),
  );
  const waits = answering.map((flow) => waitSeconds(flow, minute, profile));
  return {
    classes: inTime.some((one) => one === null) ? null : classesOf(inTime as number[], answered, requests, profile),
    accuracySum: answering.reduce((sum, flow) => sum + flow.answered * profile.variants[flow.variant]!.accuracy, 0),
    latency: latencyOf(answering, minute),
    busySlotSeconds: profile.pools.map((_, pool) => busySlotSeconds(flows, pool, profile)),
    waitSeconds: sumKnown(waits),
  };
}

/** Of one class, by the percentile rank of its deadline. */
function inTimeOf(
  { pool, answered, latency }: Flow,
  k: number,
  minute: Minute,
  { slo }: ServiceProfile,
): number | null {
  const percent = minute.value(latency.inTime[k]!);
  if (percent === null) return null;
  const { share } = slo.classes[k]!;
  const within = Math.min(1, percent / 100);
  const stricter = slo.classes.slice(0, k).reduce((sum, one) => sum + one.share, 0);
  return answered * (pool === null ? share * within : Math.min(share, Math.max(0, within - stricter)));
}

/** `inTime`: [class]. */
function classesOf(inTime: readonly number[], answered: number, requests: number, { slo }: ServiceProfile) {
  return slo.classes.map(({ share }, k) => ({
    requests: share * requests,
    inTime: inTime[k]!,
    late: Math.max(0, share * answered - inTime[k]!),
    lost: share * (requests - answered),
  }));
}

function latencyOf(answering: readonly Flow[], minute: Minute): Float64Array | null {
  const sum = emptyHistogram();
  for (const { answered, latency } of answering) {
    const [p50, p95, p99] = [latency.p50, latency.p95, latency.p99].map((query) =>
      times(latency.unitMs, minute.value(query)),
    );
    if (!p50 || !p95 || !p99) return null;
    histogramOf(answered, { p50, p95, p99 }).forEach((count, bin) => {
      sum[bin]! += count;
    });
  }
  return sum;
}

/** The utilisation law: the work that arrives (Denning and Buzen, "The operational analysis of queueing network models", 1978). */
function busySlotSeconds(flows: readonly Flow[], pool: number, profile: ServiceProfile): number {
  return flows
    .filter((flow) => flow.pool === pool)
    .reduce(
      (sum, { requests, variant }) => sum + (requests * (profile.pools[pool]!.serviceMs[variant] ?? 0)) / 1000,
      0,
    );
}

function waitSeconds(
  { pool, variant, answered, latency }: Flow,
  minute: Minute,
  profile: ServiceProfile,
): number | null {
  if (pool === null) return 0;
  const mean = times(latency.unitMs, minute.value(latency.mean));
  const service = profile.pools[pool]!.serviceMs[variant] ?? 0;
  return mean === null ? null : (answered * Math.max(0, mean - service)) / 1000;
}

function times(factor: number, value: number | null): number | null {
  return value === null ? null : factor * value;
}
