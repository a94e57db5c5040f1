import { totalUsd } from '../../env/outcome.ts';
import type { Decision, Observation, Outcome, ServiceProfile } from '../../env/types.ts';

/** What happened at each decision of a run, as columns: plain data that crosses threads. Every column is [step]. */
export interface Timeline {
  /** Start of the interval. */
  readonly timeSeconds: number[];
  /** Length of the interval. */
  readonly seconds: number[];
  /** Counts within the interval, all classes together. */
  readonly requests: number[];
  readonly late: number[];
  readonly lost: number[];
  readonly spilled: number[];
  readonly usd: number[];
  /** [pool][step] When the decision was taken. */
  readonly readyVms: readonly number[][];
  readonly bootingVms: readonly number[][];
  /** [pool][step] What the decision asked for. */
  readonly desiredVms: readonly number[][];
  readonly variant: number[];
  readonly lambdaMemoryMb: number[];
  /** [class][step] */
  readonly maxWaitMs: readonly (number | null)[][];
  readonly lambdaShare: number[];
  readonly reason: string[];
}

export function emptyTimeline(profile: ServiceProfile): Timeline {
  const perPool = (): number[][] => profile.pools.map(() => []);
  return {
    timeSeconds: [],
    seconds: [],
    requests: [],
    late: [],
    lost: [],
    spilled: [],
    usd: [],
    readyVms: perPool(),
    bootingVms: perPool(),
    desiredVms: perPool(),
    variant: [],
    lambdaMemoryMb: [],
    maxWaitMs: profile.slo.classes.map(() => []),
    lambdaShare: [],
    reason: [],
  };
}

/** Appends one decision: what was seen, what was done and why, what came of it. */
export function appendStep(timeline: Timeline, observation: Observation, decision: Decision, outcome: Outcome): void {
  const { action } = decision;
  timeline.timeSeconds.push(observation.timeSeconds);
  timeline.seconds.push(outcome.seconds);
  timeline.requests.push(sumOf(outcome, 'requests'));
  timeline.late.push(sumOf(outcome, 'late'));
  timeline.lost.push(sumOf(outcome, 'lost'));
  timeline.spilled.push(outcome.spilled);
  timeline.usd.push(totalUsd(outcome));
  observation.pools.forEach((pool, index) => {
    timeline.readyVms[index]!.push(pool.ready);
    timeline.bootingVms[index]!.push(pool.booting);
    timeline.desiredVms[index]!.push(action.vmCounts[index]!);
  });
  timeline.variant.push(action.variant);
  timeline.lambdaMemoryMb.push(action.lambdaMemoryMb);
  timeline.maxWaitMs.forEach((column, index) => {
    column.push(action.spillover.maxWaitMs[index] ?? null);
  });
  timeline.lambdaShare.push(action.spillover.lambdaShare);
  timeline.reason.push(decision.reason);
}

function sumOf(outcome: Outcome, count: 'requests' | 'late' | 'lost'): number {
  return outcome.classes.reduce((sum, one) => sum + one[count], 0);
}
