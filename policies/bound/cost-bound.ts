import type { PriceBook, ServiceProfile, Workload } from '../../env/types.ts';
import { durationSeconds } from '../../env/workload/duration.ts';
import { concaveMaximum } from './concave-maximum.ts';
import { type Demand, leastFleetCost } from './fleet-cost.ts';
import { ladderOf } from './ladder.ts';
import { type Multipliers, type Option, requestCost, requestOptions } from './request-cost.ts';

export interface CostBoundOptions {
  /** Demand is told as the mean of steps this long. */
  readonly stepSeconds?: number;
  /** Share of the requests that may be missed; by default what the service-level objective leaves. */
  readonly missShare?: number;
}

export interface CostBound {
  readonly usd: number;
  readonly requests: number;
  /** The Lagrange prices at which the bound is highest. */
  readonly multipliers: Multipliers;
  /** True where a level is one VM; else several pools were told as one divisible pool. */
  readonly isWhole: boolean;
}

/**
 * Dollars that no policy can go below on this workload, if it keeps the promised attainment and the accuracy floor.
 *
 * A relaxation, in which everything is at its best: the future is known; a VM works all the time at its full capacity, on any variant,
 * and switches between variants at no cost; Lambda is always warm, unlimited, and takes the cheapest memory size; requests may be
 * moved freely within a step (waiting, batching); the first fleet is free, and so are draining and the minimum bill. Billed are VM time at the price per second,
 * the median boot for every launch (the mean of a lognormal is longer), and Lambda's mean time and requests, not rounded up.
 * Attainment and accuracy are held in the mean over the whole workload, through Lagrange prices; any prices at least 0 give a valid
 * bound, and the highest found is taken. Several pools become one divisible pool with the best price per unit of work
 * for each variant and the shortest boot, so that bound is looser.
 *
 * Assumed, not proven: requests do not wait across the end of a step (a wait of w seconds moves at most w / stepSeconds of a step's
 * work), nobody gambles on short boots, and what is drawn at random comes out at its mean. A policy that misses more than the promise
 * or its accuracy may well be cheaper.
 */
export function costBound(
  profile: ServiceProfile,
  prices: PriceBook,
  workload: Workload,
  { stepSeconds = 60, missShare = 1 - profile.slo.attainment }: CostBoundOptions = {},
): CostBound {
  const demand = meanDemand(workload, stepSeconds);
  const requests = demand.rates.reduce((sum, rate, step) => sum + rate * demand.seconds[step]!, 0);
  const options = requestOptions(profile, prices);
  const shares = profile.slo.classes.map((one) => one.share);
  const dualWith = (levels: number) => {
    const ladder = ladderOf(profile, prices, (most) => Math.min(most, mostUseful(options, demand)) / levels);
    return (multipliers: Multipliers) =>
      leastFleetCost(demand, requestCost(options, shares, multipliers), ladder) -
      multipliers.missUsd * missShare * requests;
  };
  const multipliers = bestMultipliers(dualWith(128), options);
  const usd = Math.max(0, dualWith(1024)(multipliers));
  const { isWhole } = ladderOf(profile, prices, () => 1);
  return { usd, requests, multipliers, isWhole };
}

/** Dollars of VM time per second that would serve the highest demand with the option that takes the most of it. */
function mostUseful(options: readonly (readonly Option[])[], { rates }: Demand): number {
  const vmUsd = Math.max(...options.flat().map((one) => one.vmUsd));
  return Math.max(1e-12, vmUsd * rates.reduce((most, rate) => Math.max(most, rate), 0));
}

/** One coordinate after the other, twice; the dual is concave, so this comes close, and any multipliers are valid. */
function bestMultipliers(
  dual: (multipliers: Multipliers) => number,
  options: readonly (readonly Option[])[],
): Multipliers {
  const all = options.flat();
  const dearestUsd = Math.max(...all.map((one) => Math.max(one.vmUsd, one.lambdaUsd)));
  const lacks = [...new Set(all.map((one) => one.accuracyLack))].sort((a, b) => a - b);
  const gaps = lacks.slice(1).map((lack, index) => lack - lacks[index]!);
  // Where even the worst variant meets the floor, accuracy costs nothing.
  const mostAccuracyUsd = lacks.at(-1)! > 0 ? (2 * dearestUsd) / Math.min(...gaps) : 0;
  let best: Multipliers = { missUsd: dearestUsd, accuracyUsd: 0 };
  for (const reach of [1, 0.1]) {
    const missed = around(best.missUsd, 4 * dearestUsd, reach);
    best = { ...best, missUsd: concaveMaximum((missUsd) => dual({ ...best, missUsd }), ...missed, 12).at };
    if (mostAccuracyUsd === 0) continue;
    const lacking = around(best.accuracyUsd, mostAccuracyUsd, reach);
    best = { ...best, accuracyUsd: concaveMaximum((accuracyUsd) => dual({ ...best, accuracyUsd }), ...lacking, 12).at };
  }
  return best;
}

function around(centre: number, most: number, reach: number): [number, number] {
  return reach === 1 ? [0, most] : [Math.max(0, centre - reach * most), Math.min(most, centre + reach * most)];
}

/** The mean rate of each step; the last step is as long as what is left of the workload. */
function meanDemand(workload: Workload, stepSeconds: number): Demand {
  const total = durationSeconds(workload);
  const steps = Math.ceil(total / stepSeconds - 1e-9);
  const seconds = Float64Array.from({ length: steps }, (_, step) => Math.min(stepSeconds, total - step * stepSeconds));
  const rates = new Float64Array(steps);
  for (let bin = 0; bin < workload.requests.length; bin++) spread(workload, bin, stepSeconds, rates);
  return { rates: rates.map((requests, step) => requests / seconds[step]!), seconds };
}

/** Adds the requests of a bin to the steps that it overlaps. */
function spread(workload: Workload, bin: number, stepSeconds: number, requests: Float64Array): void {
  const from = bin * workload.stepSeconds;
  const to = from + workload.stepSeconds;
  for (let step = Math.floor(from / stepSeconds); step < requests.length && step * stepSeconds < to; step++) {
    const overlap = Math.min(to, (step + 1) * stepSeconds) - Math.max(from, step * stepSeconds);
    if (overlap > 0) requests[step] = requests[step]! + (workload.requests[bin]! * overlap) / workload.stepSeconds;
  }
}
