import type { PriceBook, ServiceProfile, Workload } from '../../env/types.ts';
import { durationSeconds } from '../../env/workload/duration.ts';
import { expectedRequests } from '../../env/workload/mean-rates.ts';
import { concaveMaximum } from './concave-maximum.ts';
import { type Demand, leastFleetCost } from './fleet-cost.ts';
import { type Ladder, ladderOf } from './ladder.ts';
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
  const useful = mostUseful(choices, demand);
  const dualOn = (ladder: Ladder) => (multipliers: Multipliers) =>
    leastFleetCost(demand, requestCost(choices, shares, multipliers), ladder) -
    multipliers.missUsd * missShare * requests;
  // Any multipliers are valid, so they may be sought on a coarser fleet than the bound is taken on.
  const multipliers = bestMultipliers(dualOn(ladderOf(profile, prices, useful, { coarse: 32 })), choices);
  const ladder = ladderOf(profile, prices, useful, { fine: 1024 });
  return { usd: Math.max(0, dualOn(ladder)(multipliers)), requests, multipliers, isWhole: ladder.isWhole };
}

/** Leaves less than 1 % of the range. */
const searchRounds = 10;

/** Dollars of VM time per second that would serve the highest demand with the option that takes the most of it. */
function mostUseful(options: readonly (readonly Option[])[], { rates }: Demand): number {
  const vmUsd = Math.max(...options.flat().map((one) => one.vmUsd));
  return Math.max(1e-12, vmUsd * rates.reduce((most, rate) => Math.max(most, rate), 0));
}

/**
 * The best price of accuracy, with the best price of misses for each; the dual is concave in both together, so nested searches find its top,
 * where one coordinate after the other would stop on a ridge.
 */
function bestMultipliers(
  dual: (multipliers: Multipliers) => number,
  options: readonly (readonly Option[])[],
): Multipliers {
  const { dearestUsd, steepestUsd } = priceRange(options.flat());
  const lacks = options.flat().map((one) => one.accuracyLack);
  const credit = Math.max(0, -Math.min(...lacks));
  // What a miss costs after the credit for its accuracy (request-cost.ts) depends little on the price of accuracy.
  const at = (netUsd: number, accuracyUsd: number) => ({ missUsd: netUsd + credit * accuracyUsd, accuracyUsd });
  const bestNet = (accuracyUsd: number) =>
    concaveMaximum((netUsd) => dual(at(netUsd, accuracyUsd)), 0, 3 * dearestUsd, searchRounds);
  // Where even the worst variant meets the floor, accuracy costs nothing.
  const mostAccuracyUsd = Math.max(...lacks) > 0 ? 1.5 * steepestUsd : 0;
  const accuracyUsd =
    mostAccuracyUsd === 0 ? 0 : concaveMaximum((usd) => bestNet(usd).value, 0, mostAccuracyUsd, searchRounds).at;
  return at(bestNet(accuracyUsd).at, accuracyUsd);
}

/** The dearest answer at the cheapest memory size, and the dearest step from one accuracy to the next, per unit of accuracy. */
function priceRange(options: readonly Option[]): { dearestUsd: number; steepestUsd: number } {
  const cheapest = new Map<number, number>(); // [accuracy lack] dollars
  for (const { accuracyLack, vmUsd, lambdaUsd } of options) {
    const usd = Math.max(vmUsd, lambdaUsd);
    if (lambdaUsd > 0) cheapest.set(accuracyLack, Math.min(usd, cheapest.get(accuracyLack) ?? usd));
  }
  const variants = [...cheapest].sort(([a], [b]) => b - a);
  const steps = variants.slice(1).map(([lack, usd], index) => {
    const [worseLack, worseUsd] = variants[index]!;
    return (usd - worseUsd) / (worseLack - lack);
  });
  const dearest = Math.max(...options.map((one) => one.vmUsd), ...cheapest.values());
  return { dearestUsd: dearest, steepestUsd: Math.max(0, ...steps) };
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
