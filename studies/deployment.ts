import { binLowerMs } from '../env/histogram.ts';
import { totalRequests, totalUsd } from '../env/outcome.ts';
import { RequestLevelEngine } from '../env/sim/request-level.ts';
import type { Action, LambdaBatch, Outcome, PriceBook, ServiceProfile, Workload } from '../env/types.ts';
import { OutcomeTotals } from '../policies/evaluation/totals.ts';

/** A service that is not scaled, or once, at a time that is known. */
export interface Deployment {
  readonly profile: ServiceProfile;
  readonly prices: PriceBook;
  readonly action: Action;
  readonly later?: { readonly fromSeconds: number; readonly action: Action };
}

/** What an experiment of a paper reports. */
export interface Measured {
  /** For the time of the workload. */
  readonly usd: number;
  /** Share of the requests that were answered. */
  readonly success: number;
  /** Mean over the answered requests; null where none was. */
  readonly meanMs: number | null;
  readonly requests: number;
  readonly coldStarts: number;
}

/** Runs the workload request by request, and then on until nobody waits. */
export function measure({ profile, prices, action, later }: Deployment, workload: Workload, seed: number): Measured {
  const engine = new RequestLevelEngine(profile, prices, workload, seed, action.vmCounts);
  const totals = new OutcomeTotals(profile);
  const duration = workload.requests.length * workload.stepSeconds;
  let usd = 0;
  let inside = 0;
  for (let time = 0; time < duration || inside > 0; time += profile.decisionSeconds) {
    const { outcome } = engine.advance(later !== undefined && time >= later.fromSeconds ? later.action : action);
    if (time < duration) usd += totalUsd(outcome);
    inside += outcome.insideChange;
    totals.add(outcome);
  }
  return measured(totals.outcome, usd);
}

export function measured(outcome: Outcome, usd: number): Measured {
  const requests = totalRequests(outcome);
  const lost = outcome.classes.reduce((sum, one) => sum + one.lost, 0);
  return {
    usd,
    requests,
    success: requests > 0 ? (requests - lost) / requests : 1,
    meanMs: meanMs(outcome.latency),
    coldStarts: outcome.coldStarts,
  };
}

/** The mean over several draws of a workload, each run with another seed. */
export function measureDraws(deployment: Deployment, workloads: readonly Workload[]): Measured {
  return averaged(workloads.map((workload, index) => measure(deployment, workload, index + 1)));
}

/** The mean of each number over several runs; the latency is that of all answers together where all have one. */
function averaged(runs: readonly Measured[]): Measured {
  const mean = (of: (one: Measured) => number) => runs.reduce((sum, one) => sum + of(one), 0) / runs.length;
  const answered = runs.map((one) => one.requests * one.success);
  const total = answered.reduce((sum, one) => sum + one, 0);
  const latency = runs.reduce((sum, one, run) => sum + (one.meanMs ?? 0) * answered[run]!, 0);
  return {
    usd: mean((one) => one.usd),
    success: mean((one) => one.success),
    meanMs: total > 0 ? latency / total : null,
    requests: mean((one) => one.requests),
    coldStarts: mean((one) => one.coldStarts),
  };
}

/** Every request goes to Lambda. */
export function onLambda(profile: ServiceProfile, memoryMb: number, batch: LambdaBatch | null = null): Action {
  return {
    variant: 0,
    vmCounts: profile.pools.map(() => 0),
    lambdaMemoryMb: memoryMb,
    spillover: { maxWaitMs: profile.slo.classes.map(() => null), lambdaShare: 1 },
    ...(batch === null ? {} : { lambdaBatch: batch }),
  };
}

/** Every request goes to so many VMs of the pool of this name. */
export function onServers(profile: ServiceProfile, pool: string, count = 1): Action {
  return {
    ...onLambda(profile, profile.lambda.memoryMb[0]!),
    vmCounts: profile.pools.map((one) => (one.name === pool ? count : 0)),
    spillover: { maxWaitMs: profile.slo.classes.map(() => null), lambdaShare: 0 },
  };
}

/** Of a latency histogram: a bin counts as its middle, which is off by less than 2 %. */
export function meanMs(histogram: Float64Array): number | null {
  let count = 0;
  let sum = 0;
  for (let bin = 0; bin < histogram.length; bin++) {
    if (histogram[bin] === 0) continue;
    count += histogram[bin]!;
    sum += (histogram[bin]! * (binLowerMs(bin) + binLowerMs(bin + 1))) / 2;
  }
  return count > 0 ? sum / count : null;
}
