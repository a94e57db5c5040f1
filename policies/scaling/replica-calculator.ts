export interface ReplicaCount {
  /** Replicas asked for. */
  readonly current: number;
  /** Replicas whose usage was measured. */
  readonly measured: number;
  /** Ready replicas without a measurement. */
  readonly missing: number;
  readonly notReady: number;
  /** Mean usage of those measured, over the target. */
  readonly ratio: number;
  readonly tolerance: number;
}

/** Ratios of decimals. */
const ulp = 1e-9;

/**
 * Replicas that the Horizontal Pod Autoscaler wants for one metric per pod (Kubernetes documentation, "Algorithm details"; replica_calculator.go).
 * Pods without a measurement count as at the target when scaling down and as idle when scaling up; pods that are not ready count as idle when
 * scaling up. A direction that turns round on that account is not taken.
 */
export function replicasForUsage({ current, measured, missing, notReady, ratio, tolerance }: ReplicaCount): number {
  const isUp = ratio > 1;
  const idle = isUp ? missing + notReady : 0;
  const atTarget = isUp ? 0 : missing;
  const counted = measured + idle + atTarget;
  const careful = (ratio * measured + atTarget) / counted;
  if (Math.abs(careful - 1) <= tolerance + ulp || careful > 1 !== isUp) return current;
  const wanted = Math.ceil(careful * counted - ulp);
  return wanted > current === isUp ? wanted : current;
}

/** Replicas for a metric of the whole service, of which each replica is to have so much: the HPA's external metric with AverageValue. */
export function replicasForTotal(current: number, total: number, perReplica: number, tolerance: number): number {
  const ratio = total / (perReplica * current);
  if (current > 0 && Math.abs(ratio - 1) <= tolerance + ulp) return current;
  return Math.ceil(total / perReplica - ulp);
}
