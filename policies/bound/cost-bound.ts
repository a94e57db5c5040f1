import type { PriceBook, ServiceProfile, Workload } from '../../env/types.ts';
import { durationSeconds } from '../../env/workload/duration.ts';
import { coarser, type Demand, meanDemand, requestsOf } from './demand.ts';
import { leastFleetCost } from './fleet-cost.ts';
import { type Ladder, ladderOf } from './ladder.ts';
import { bestMultipliers } from './multipliers.ts';
import { type Multipliers, type Option, requestCost, requestOptions } from './request-cost.ts';

export interface CostBoundOptions {
  /** Demand is told as the mean of steps this long. */
  readonly stepSeconds?: number;
  /** Share of the requests that may be missed; by default what the service-level objective leaves. */
  readonly missShare?: number;
  /** The part of the workload that is judged; by default all of it. */
  readonly fromSeconds?: number;
  readonly toSeconds?: number;
  /** Policies may keep Lambda environments provisioned, which makes the bound looser; by default they may not. */
  readonly provisions?: boolean;
}

/**
 * How it was found. `levels`: one pool, VM by VM, exact for the relaxation at the Lagrange prices found. `pooled`: several pools told as one
 * divisible pool. `lp`: several pools, by a linear programme, in which VMs are divisible.
 */
export type BoundKind = 'levels' | 'pooled' | 'lp';

export interface CostBound {
  readonly usd: number;
  readonly kind: BoundKind;
  readonly requests: number;
  /** The Lagrange prices at which the bound is highest. */
  readonly multipliers: Multipliers;
}

/**
 * Dollars that no policy can go below on this workload, if it keeps the promised attainment and the accuracy floor.
 *
 * A relaxation, in which everything is at its best: the future is known; a VM works all the time at its full capacity, on any variant,
 * and switches between variants at no cost; Lambda is always warm, unlimited, takes the cheapest memory size, and the batches that cost the least among those
 * whose service is in time; requests may be moved freely within a step (waiting, batching); the first fleet is free, and so is the minimum bill. Billed are
 * VM time at the price per second, for every launch the boots that it takes at the least (launch-seconds.ts), for every stop the drain, and Lambda's
 * mean time and requests, rounded up to whole milliseconds. A VM may start and stop within a step, so that demand may be told by means.
 * Attainment and accuracy are held in the mean over the whole workload, through Lagrange prices; any prices at least 0 give a valid
 * bound, and the highest found is taken. Several pools become one divisible pool with the best price per unit of work
 * for each variant and the shortest boot and drain; `leastCost` (least-cost.ts) tells them apart.
 *
 * Assumed, not proven: requests do not wait across the end of a step (a wait of w seconds moves at most w / stepSeconds of a step's
 * work), and what is drawn at random comes out at its mean. A request that is not answered by the end counts as missed. A policy that misses more than
 * the promise or its accuracy may well be cheaper.
 */
export function costBound(
  profile: ServiceProfile,
  prices: PriceBook,
  workload: Workload,
  options: CostBoundOptions = {},
): CostBound {
  const { missShare = 1 - profile.slo.attainment, provisions = false } = options;
  const demand = judgedDemand(workload, options);
  const requests = requestsOf(demand);
  const choices = requestOptions(profile, prices, provisions);
  const shares = profile.slo.classes.map((one) => one.share);
  const useful = mostUseful(choices, demand);
  const dualOn = (told: Demand, ladder: Ladder) => (multipliers: Multipliers) =>
    leastFleetCost(told, requestCost(choices, shares, multipliers), ladder) -
    multipliers.missUsd * missShare * requests;
  // Any multipliers are valid, so they may be sought on a coarser fleet and demand than the bound is taken on.
  const rough = dualOn(atMost(demand, 288), ladderOf(profile, prices, useful, { coarse: 24 }));
  const finer = dualOn(atMost(demand, 1440), ladderOf(profile, prices, useful, { coarse: 32 }));
  const multipliers = bestMultipliers(rough, finer, choices);
  const ladder = ladderOf(profile, prices, useful, { fine: 1024 });
  const usd = Math.max(0, dualOn(demand, ladder)(multipliers));
  return { usd, kind: ladder.isWhole ? 'levels' : 'pooled', requests, multipliers };
}

function atMost(demand: Demand, steps: number): Demand {
  return coarser(demand, Math.max(1, Math.round(demand.rates.length / steps)));
}

/** The demand that a bound is taken on. */
export function judgedDemand(workload: Workload, options: CostBoundOptions): Demand {
  const { stepSeconds = 60, fromSeconds = 0, toSeconds = durationSeconds(workload) } = options;
  return meanDemand(workload, fromSeconds, toSeconds, stepSeconds);
}

/** Dollars of VM time per second that would serve the highest demand with the option that takes the most of it. */
function mostUseful(options: readonly (readonly Option[])[], { rates }: Demand): number {
  const vmUsd = Math.max(...options.flat().map((one) => one.vmUsd));
  return Math.max(1e-12, vmUsd * rates.reduce((most, rate) => Math.max(most, rate), 0));
}
