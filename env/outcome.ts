import { addHistograms, emptyHistogram } from './histogram.ts';
import type { ClassOutcome, Outcome, ServiceProfile } from './types.ts';

/** The outcome of no time at all: the neutral element of `addOutcomes`. */
export function emptyOutcome(profile: ServiceProfile): Outcome {
  const perPool = profile.pools.map(() => 0);
  return {
    seconds: 0,
    classes: profile.slo.classes.map(() => ({ requests: 0, inTime: 0, late: 0, lost: 0 })),
    accuracySum: 0,
    spilled: 0,
    throttled: 0,
    coldStarts: 0,
    launches: 0,
    terminations: 0,
    interruptions: 0,
    vmSeconds: perPool,
    busySlotSeconds: perPool,
    readySlotSeconds: perPool,
    usd: { vm: 0, lambdaCompute: 0, lambdaRequests: 0, lambdaProvisioned: 0 },
    latency: emptyHistogram(),
    insideChange: 0,
  };
}

export function addOutcomes(a: Outcome, b: Outcome): Outcome {
  return {
    seconds: a.seconds + b.seconds,
    classes: a.classes.map((one, index) => addClasses(one, b.classes[index]!)),
    accuracySum: a.accuracySum + b.accuracySum,
    spilled: a.spilled + b.spilled,
    throttled: a.throttled + b.throttled,
    coldStarts: a.coldStarts + b.coldStarts,
    launches: a.launches + b.launches,
    terminations: a.terminations + b.terminations,
    interruptions: a.interruptions + b.interruptions,
    vmSeconds: addEach(a.vmSeconds, b.vmSeconds),
    busySlotSeconds: addEach(a.busySlotSeconds, b.busySlotSeconds),
    readySlotSeconds: addEach(a.readySlotSeconds, b.readySlotSeconds),
    usd: {
      vm: a.usd.vm + b.usd.vm,
      lambdaCompute: a.usd.lambdaCompute + b.usd.lambdaCompute,
      lambdaRequests: a.usd.lambdaRequests + b.usd.lambdaRequests,
      lambdaProvisioned: a.usd.lambdaProvisioned + b.usd.lambdaProvisioned,
    },
    latency: addHistograms(a.latency, b.latency),
    insideChange: a.insideChange + b.insideChange,
  };
}

function addClasses(a: ClassOutcome, b: ClassOutcome): ClassOutcome {
  return {
    requests: a.requests + b.requests,
    inTime: a.inTime + b.inTime,
    late: a.late + b.late,
    lost: a.lost + b.lost,
  };
}

function addEach(a: readonly number[], b: readonly number[]): number[] {
  return a.map((value, index) => value + b[index]!);
}

export function totalUsd(outcome: Outcome): number {
  const { vm, lambdaCompute, lambdaRequests, lambdaProvisioned } = outcome.usd;
  return vm + lambdaCompute + lambdaRequests + lambdaProvisioned;
}

export function totalRequests(outcome: Outcome): number {
  return outcome.classes.reduce((sum, one) => sum + one.requests, 0);
}

/** Share in time of the requests that were answered or lost; null where there were none. */
export function attainment(classes: readonly ClassOutcome[]): number | null {
  const inTime = classes.reduce((sum, one) => sum + one.inTime, 0);
  const finished = classes.reduce((sum, one) => sum + one.inTime + one.late + one.lost, 0);
  return finished > 0 ? inTime / finished : null;
}

/** Mean accuracy of the answered requests, at most 1 however sums are rounded; null where none was answered. */
export function meanAccuracy(outcome: Outcome): number | null {
  const answered = outcome.classes.reduce((sum, one) => sum + one.inTime + one.late, 0);
  return answered > 0 ? Math.min(1, outcome.accuracySum / answered) : null;
}
