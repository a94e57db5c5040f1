import type { ServiceProfile } from '../../env/types.ts';
import { vmCapacityPerSecond } from '../economics.ts';
import type { Timeline } from '../evaluation/timeline.ts';
import { downsample, type Keep, stepsPerPoint } from './downsample.ts';

/** A run as the page draws it; every column is [point]. */
export interface RunData {
  readonly secondsPerPoint: number;
  readonly timeSeconds: readonly (number | null)[];
  /** Requests per second: the busiest interval that a point covers. */
  readonly arrivals: readonly (number | null)[];
  readonly spilled: readonly (number | null)[];
  /** Requests per second that the VMs can serve with the variant in force: the least that a point covers. */
  readonly readyCapacity: readonly (number | null)[];
  readonly bootingCapacity: readonly (number | null)[];
  /** [pool][point] Part of `readyCapacity`, where there are several pools. */
  readonly poolCapacity: readonly (readonly (number | null)[])[];
  /** Shares of the interval's requests: the worst interval. */
  readonly spilledShare: readonly (number | null)[];
  readonly missedShare: readonly (number | null)[];
  /** [pool][point] */
  readonly desiredVms: readonly (readonly (number | null)[])[];
  readonly readyVms: readonly (readonly (number | null)[])[];
  readonly variant: readonly (number | null)[];
  readonly lambdaMemoryMb: readonly (number | null)[];
  /** [class][point] */
  readonly maxWaitMs: readonly (readonly (number | null)[])[];
  readonly lambdaShare: readonly (number | null)[];
  readonly decisions: DecisionData;
}

export interface DecisionData {
  /** [row] Time, VMs per pool, variant, memory, wait limit per class, Lambda share, index into `reasons`. */
  readonly rows: readonly DecisionRow[];
  readonly reasons: readonly string[];
  /** Decisions left out because they repeat the action before, or because there are too many. */
  readonly omitted: number;
}

type DecisionRow = readonly [number, readonly number[], number, number, readonly (number | null)[], number, number];

const mostPoints = 2000;
const mostRows = 3000;

export function runData(profile: ServiceProfile, timeline: Timeline): RunData {
  const perPoint = stepsPerPoint(timeline.timeSeconds.length, mostPoints);
  const column = (values: readonly (number | null)[], keep: Keep) => downsample(values, perPoint, keep);
  const perSecond = (counts: readonly number[]) => counts.map((count, step) => count / timeline.seconds[step]!);
  const ofRequests = (counts: readonly number[]) =>
    counts.map((count, step) => (timeline.requests[step]! > 0 ? Math.min(1, count / timeline.requests[step]!) : null));
  const ready = capacity(profile, timeline, timeline.readyVms);
  const booting = capacity(profile, timeline, timeline.bootingVms);
  return {
    secondsPerPoint: perPoint * profile.decisionSeconds,
    timeSeconds: timeline.timeSeconds.filter((_, step) => step % perPoint === 0),
    arrivals: column(perSecond(timeline.requests), 'max'),
    spilled: column(perSecond(timeline.spilled), 'max'),
    readyCapacity: column(ready, 'min'),
    bootingCapacity: column(
      ready.map((value, step) => value + booting[step]!),
      'min',
    ),
    poolCapacity:
      profile.pools.length < 2
        ? []
        : profile.pools.map((_, pool) => {
            const alone = timeline.readyVms.map((vms, index) => (index === pool ? vms : vms.map(() => 0)));
            return column(capacity(profile, timeline, alone), 'min');
          }),
    spilledShare: column(ofRequests(timeline.spilled), 'max'),
    missedShare: column(ofRequests(timeline.late.map((late, step) => late + timeline.lost[step]!)), 'max'),
    desiredVms: timeline.desiredVms.map((counts) => column(counts, 'last')),
    readyVms: timeline.readyVms.map((counts) => column(counts, 'last')),
    variant: column(timeline.variant, 'last'),
    lambdaMemoryMb: column(timeline.lambdaMemoryMb, 'last'),
    maxWaitMs: timeline.maxWaitMs.map((limits) => column(limits, 'last')),
    lambdaShare: column(timeline.lambdaShare, 'last'),
    decisions: decisionData(timeline),
  };
}

/** [step] Requests per second of the VMs of all pools that can run the variant in force. */
function capacity(profile: ServiceProfile, timeline: Timeline, vms: readonly (readonly number[])[]): number[] {
  const perVm = profile.pools.map((_, pool) =>
    profile.variants.map((_, variant) => vmCapacityPerSecond(profile, pool, variant) ?? 0),
  );
  return timeline.variant.map((variant, step) =>
    perVm.reduce((sum, ofPool, pool) => sum + ofPool[variant]! * vms[pool]![step]!, 0),
  );
}

/** All decisions if they fit; else those that changed something, up to the most that a page can hold. */
function decisionData(timeline: Timeline): DecisionData {
  const steps = timeline.timeSeconds.map((_, step) => step);
  const isAll = steps.length <= mostRows;
  const kept = (isAll ? steps : steps.filter((step) => step === 0 || hasChanged(timeline, step))).slice(0, mostRows);
  const reasons = new Map<string, number>();
  const rows = kept.map((step): DecisionRow => {
    const reason = timeline.reason[step]!;
    if (!reasons.has(reason)) reasons.set(reason, reasons.size);
    return [
      timeline.timeSeconds[step]!,
      timeline.desiredVms.map((counts) => counts[step]!),
      timeline.variant[step]!,
      timeline.lambdaMemoryMb[step]!,
      timeline.maxWaitMs.map((limits) => limits[step]!),
      timeline.lambdaShare[step]!,
      reasons.get(reason)!,
    ];
  });
  return { rows, reasons: [...reasons.keys()], omitted: steps.length - rows.length };
}

function hasChanged(timeline: Timeline, step: number): boolean {
  const { desiredVms, variant, lambdaMemoryMb, maxWaitMs, lambdaShare } = timeline;
  return [...desiredVms, variant, lambdaMemoryMb, ...maxWaitMs, lambdaShare].some(
    (column) => column[step] !== column[step - 1],
  );
}
