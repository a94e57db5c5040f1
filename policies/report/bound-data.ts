import type { PriceBook, ServiceProfile } from '../../env/types.ts';
import { foresight } from '../bound/foresight.ts';
import { vmCapacityPerSecond } from '../economics.ts';
import type { Trial } from '../evaluation/matrix.ts';
import type { Timeline } from '../evaluation/timeline.ts';
import { downsample, stepsPerPoint } from './downsample.ts';

/** What the fleet of the least cost serves, all that arrives being known: every column is [point]. */
export interface BoundData {
  readonly timeSeconds: readonly number[];
  /** Requests per second. */
  readonly capacity: readonly (number | null)[];
}

const mostPoints = 2000;

/**
 * The optimal schedule for the load of the first run that tells it, at full utilisation, as in the bound: chance and cold starts are left out.
 * VMs are whole, and a boot comes ahead in whole decisions.
 */
export function boundData(
  profile: ServiceProfile,
  prices: PriceBook,
  trials: readonly (Trial | undefined)[],
): BoundData | null {
  const told = trials.map((trial) => trial?.timeline ?? null).filter((timeline) => timeline !== null);
  const timeline = told.find((one) => one.seconds[0] === profile.decisionSeconds) ?? told[0];
  if (timeline === undefined || timeline.timeSeconds.length === 0) return null;
  const capacity = optimalCapacity(profile, prices, timeline);
  const perPoint = stepsPerPoint(capacity.length, mostPoints);
  return {
    timeSeconds: timeline.timeSeconds.filter((_, step) => step % perPoint === 0),
    capacity: downsample(capacity, perPoint, 'min'),
  };
}

/** [step] */
function optimalCapacity(profile: ServiceProfile, prices: PriceBook, timeline: Timeline): number[] {
  const stepSeconds = timeline.seconds[0]!;
  const workload = { name: 'seen', stepSeconds, requests: Float64Array.from(timeline.requests), counted: true };
  const found = timeline.readyVms.map((vms, pool) => vms[0]! + timeline.bootingVms[pool]![0]!);
  const knobs = { utilization: 1, leadQuantile: 0.5, burstSeconds: 1e6, lambdaFactor: 1 };
  const plan = foresight({ ...profile, decisionSeconds: stepSeconds }, prices, workload, found, knobs);
  return timeline.timeSeconds.map((_, step) =>
    plan.serving.reduce(
      (sum, vms, pool) => sum + (vms[step] ?? 0) * (vmCapacityPerSecond(profile, pool, plan.variant[step] ?? 0) ?? 0),
      0,
    ),
  );
}
