import type { PriceBook, ServiceProfile, Workload } from '../../env/types.ts';
import { durationSeconds } from '../../env/workload/duration.ts';
import { expectedRequests } from '../../env/workload/mean-rates.ts';
import { concaveMaximum } from './concave-maximum.ts';
import { type Demand, leastFleetCost } from './fleet-cost.ts';
import { ladderOf } from './ladder.ts';
import { type Multipliers, type Option, requestCost, requestOptions } from './request-cost.ts';

export interface CostBoundOptions {
  /** Demand is told as the mean of steps this long. */
  readonly stepSeconds?: number;
  /** Share of the requests that may be missed; by default what the service-level objective leaves. */
  readonly missShare?: number;
  /** The part of the workload that is judged; by default all of it. */
  readonly fromSeconds?: number;
  readonly toSeconds?: number;
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
  options: CostBoundOptions = {},
): CostBound {
  const { stepSeconds = 60, missShare = 1 - profile.slo.attainment } = options;
  const { fromSeconds = 0, toSeconds = durationSeconds(workload) } = options;
  const demand = meanDemand(workload, fromSeconds, toSeconds, stepSeconds);
  const requests = demand.rates.reduce((sum, rate, step) => sum + rate * demand.seconds[step]!, 0);
  const choices = requestOptions(profile, prices);
  const shares = profile.slo.classes.map((one) => one.share);
  const dualWith = (levels: number) => {
    const ladder = ladderOf(profile, prices, (most) => Math.min(most, mostUseful(choices, demand)) / levels);
    return (multipliers: Multipliers) =>
      leastFleetCost(demand, requestCost(choices, shares, multipliers), ladder) -
      multipliers.missUsd * missShare * requests;
  };
  const multipliers = bestMultipliers(dualWith(128), choices);
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

/** The mean rate of each step; the last step is as long as what is left. */
function meanDemand(workload: Workload, from: number, to: number, stepSeconds: number): Demand {
  const steps = Math.ceil((to - from) / stepSeconds - 1e-9);
  const starts = Array.from({ length: steps }, (_, step) => from + step * stepSeconds);
  const seconds = Float64Array.from(starts, (start) => Math.min(stepSeconds, to - start));
  const rates = Float64Array.from(
    starts,
    (start, step) => expectedRequests(workload, start, start + seconds[step]!) / seconds[step]!,
  );
  return { rates, seconds };
}
