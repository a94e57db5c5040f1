import type { PriceBook, ServiceProfile, Workload } from '../../env/types.ts';
import { type CostBound, type CostBoundOptions, costBound, judgedDemand } from './cost-bound.ts';
import { coarser, type Demand } from './demand.ts';
import { fleetProgramme } from './fleet-programme.ts';
import { type Multipliers, type Option, requestOptions } from './request-cost.ts';

/** For the Lagrange prices the demand is told by the means of so many steps at most. */
const searchSteps = 288;
/** Solved together; the first fleet of every such stretch is free, so that a bound of stretches is a bound of the whole. */
const stretchSteps = 1440;
/** Told by longer means, demand has lower peaks and misses a lower price; so somewhat higher prices are tried too. */
const priceFactors = [1, 1.15, 1.3];
/** The solver's optimum is exact to about a ten-millionth. */
const solverTolerance = 1e-6;

/**
 * The highest bound known, in dollars: where several pools can serve, the higher of `costBound` and of a linear programme (HiGHS) that tells
 * the pools apart; else `costBound`. What both relax is said there. The Lagrange prices of misses and accuracy are found with all steps in one
 * programme, in which demand is told by longer means; with them the rest is solved stretch by stretch.
 */
export async function leastCost(
  profile: ServiceProfile,
  prices: PriceBook,
  workload: Workload,
  options: CostBoundOptions = {},
): Promise<CostBound> {
  const simple = costBound(profile, prices, workload, options);
  if (simple.kind !== 'pooled' || simple.requests === 0) return simple;
  const { missShare = 1 - profile.slo.attainment, provisions = false } = options;
  const terms = { profile, prices, missedRequests: missShare * simple.requests };
  const demand = judgedDemand(workload, options);
  const choices = requestOptions(profile, prices, provisions);
  const found = (await programmePrices(terms, demand, choices)) ?? simple.multipliers;
  let best = simple;
  for (const factor of priceFactors) {
    const multipliers = { missUsd: factor * found.missUsd, accuracyUsd: factor * found.accuracyUsd };
    const usd = await dualUsd(terms, demand, choices, multipliers);
    if (usd > best.usd) best = { usd, kind: 'lp', requests: simple.requests, multipliers };
  }
  return best;
}

interface Terms {
  readonly profile: ServiceProfile;
  readonly prices: PriceBook;
  readonly missedRequests: number;
}

/** Null: the solver found none. */
async function programmePrices(
  { profile, prices, missedRequests }: Terms,
  demand: Demand,
  choices: readonly (readonly Option[])[],
): Promise<Multipliers | null> {
  const told = coarser(demand, Math.ceil(demand.rates.length / searchSteps));
  const { programme, unitUsd, missRow, accuracyRow } = fleetProgramme(profile, prices, told, choices, missedRequests);
  const solved = await programme.solve();
  if (solved === null) return null;
  const price = (row: number) => Math.max(0, -solved.rowPrices[row]! * unitUsd);
  return { missUsd: price(missRow), accuracyUsd: price(accuracyRow) };
}

/** With misses and accuracy at a price, nothing but the fleet ties the steps together. */
async function dualUsd(
  { profile, prices, missedRequests }: Terms,
  { rates, seconds }: Demand,
  choices: readonly (readonly Option[])[],
  { missUsd, accuracyUsd }: Multipliers,
): Promise<number> {
  const priced = choices.map((ofClass) =>
    ofClass.map((one) => {
      const lambdaUsd = one.lambdaUsd + accuracyUsd * one.accuracyLack + missUsd * one.missShare;
      return { ...one, lambdaUsd, accuracyLack: 0, missShare: 0 };
    }),
  );
  let usd = -missUsd * missedRequests;
  for (let step = 0; step < rates.length; step += stretchSteps) {
    const stretch = {
      rates: rates.subarray(step, step + stretchSteps),
      seconds: seconds.subarray(step, step + stretchSteps),
    };
    const { programme, unitUsd } = fleetProgramme(profile, prices, stretch, priced, 0);
    const solved = await programme.solve();
    if (solved === null) return Number.NEGATIVE_INFINITY;
    usd += solved.usd * unitUsd - Math.abs(solved.usd * unitUsd) * solverTolerance;
  }
  return usd;
}
