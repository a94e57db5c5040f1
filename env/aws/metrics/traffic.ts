import { addHistograms } from '../../histogram.ts';
import type { ClassOutcome, ServiceProfile } from '../../types.ts';

/** What is known of the requests of some time: sums, so that times add. Null: nobody knows. */
export interface Traffic {
  readonly seconds: number;
  /** Arrivals, whatever became of them. */
  readonly requests: number | null;
  /** Sent to Lambda. */
  readonly spilled: number | null;
  readonly throttled: number | null;
  /** [class] */
  readonly classes: readonly ClassOutcome[] | null;
  /** Of the answers. */
  readonly accuracySum: number | null;
  /** Of the answers, in the bins of env/histogram.ts. */
  readonly latency: Float64Array | null;
  /** [pool] Slot-seconds of work. */
  readonly busySlotSeconds: readonly (number | null)[];
  /** What the requests waited for VMs, together: over `seconds` it is the mean length of the line (Little, 1961). */
  readonly waitSeconds: number | null;
}

export function unknownTraffic(profile: ServiceProfile, seconds: number): Traffic {
  return {
    seconds,
    ...{ requests: null, spilled: null, throttled: null, classes: null, accuracySum: null, latency: null },
    busySlotSeconds: profile.pools.map(() => null),
    waitSeconds: null,
  };
}

export function addTraffic(a: Traffic, b: Traffic): Traffic {
  return {
    seconds: a.seconds + b.seconds,
    requests: plus(a.requests, b.requests),
    spilled: plus(a.spilled, b.spilled),
    throttled: plus(a.throttled, b.throttled),
    classes: a.classes && b.classes && a.classes.map((one, index) => addClasses(one, b.classes![index]!)),
    accuracySum: plus(a.accuracySum, b.accuracySum),
    latency: a.latency && b.latency && addHistograms(a.latency, b.latency),
    busySlotSeconds: a.busySlotSeconds.map((one, pool) => plus(one, b.busySlotSeconds[pool]!)),
    waitSeconds: plus(a.waitSeconds, b.waitSeconds),
  };
}

function plus(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}

function addClasses(a: ClassOutcome, b: ClassOutcome): ClassOutcome {
  return {
    requests: a.requests + b.requests,
    inTime: a.inTime + b.inTime,
    late: a.late + b.late,
    lost: a.lost + b.lost,
  };
}

/** The sum, or null where one of them is. */
export function sumKnown(values: readonly (number | null)[]): number | null {
  return values.reduce(plus, 0);
}
