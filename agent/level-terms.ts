import { lambdaTier } from '../env/physics/service.ts';
import type { PoolState, PriceBook, ServiceProfile } from '../env/types.ts';
import { lambdaUsdPerRequest, readyVmUsdPerSecond, vmCapacityPerSecond } from '../policies/economics.ts';
import { lineSlowdown } from '../policies/line-slowdown.ts';
import { firstWaitShare } from './light-waits.ts';
import { type CreditTerms, creditTerms } from './paper-credit.ts';

/** What one level of a pool, the k-th VM, costs and is worth. Times in decision intervals, money in the price of one VM for one interval. */
export interface LevelTerms {
  /** Price of a unit of work elsewhere over its price on a full VM. */
  readonly ratio: number;
  readonly bootIntervals: number;
  readonly bootSigma: number;
  readonly drainIntervals: number;
  readonly minimumBilledIntervals: number;
  /** Time that work misses its deadline when it goes to Lambda cold. */
  readonly coldIntervals: number;
  /** Bill of a cold wave over the bill of the same time warm: every cold request holds an environment this many times longer. */
  readonly coldFactor: number;
  readonly keepAliveIntervals: number;
  /** Age of the newest metrics. */
  readonly delayIntervals: number;
}

/** One pool of a stack: its levels serve what the pools before it leave. */
export interface LevelPool {
  readonly pool: number;
  /** Requests per second that one VM serves when it is full, and so is its line. */
  readonly vmPerSecond: number;
  /** By what share that line slows it: without a line it would serve as much more. */
  readonly lineSlowdown: number;
  readonly terms: LevelTerms;
  /** What the accuracy budget of the router gives, where the pool is the only one; absent: none, or nobody can tell what is whose. */
  readonly credit?: CreditTerms | null;
}

/** Requests per second that a pool serves which is to have so many VMs. What still boots carries nothing yet, so the next pool must not be cut for it. */
export function servedPerSecond({ pool, vmPerSecond }: LevelPool, vms: number, pools: readonly PoolState[]): number {
  return Math.min(vms, pools[pool]!.ready) * vmPerSecond;
}

/** No boot at all would have neither a logarithm nor anything over it; training knows none below 0.05. */
const leastBootIntervals = 0.01;
/** A second pool takes over work at its full-use price times this, since it too is never quite full. */
const takeOverMarkup = 1.15;

/** The terms of a stack of pools for one variant and Lambda tier, the cheapest work first; on spot with what interruptions cost. */
export function levelStack(
  profile: ServiceProfile,
  prices: PriceBook,
  variant: number,
  tier: number,
  pools: readonly number[],
): LevelPool[] {
  const slowdown = (pool: number) => {
    const choice = { pool, variant, tier };
    return lineSlowdown(profile, choice, firstWaitShare(profile, choice));
  };
  const perSecond = (pool: number) => vmCapacityPerSecond(profile, pool, variant)! / (1 + slowdown(pool));
  const usdPerRequest = (pool: number) => readyVmUsdPerSecond(profile, prices, pool) / perSecond(pool);
  const lambdaUsd = lambdaUsdPerRequest(profile, prices, variant, tier)!;
  const stack = pools
    .filter((pool) => vmCapacityPerSecond(profile, pool, variant) !== null)
    .sort((a, b) => usdPerRequest(a) - usdPerRequest(b));
  return stack.map((pool, index) => {
    const next = stack[index + 1];
    const elsewhere = next === undefined ? lambdaUsd : Math.min(lambdaUsd, usdPerRequest(next) * takeOverMarkup);
    return {
      pool,
      vmPerSecond: perSecond(pool),
      lineSlowdown: slowdown(pool),
      terms: levelTerms(profile, prices, pool, variant, tier, elsewhere / usdPerRequest(pool), next === undefined),
      credit: profile.pools.length === 1 ? creditTerms(profile, pool, variant) : null,
    };
  });
}

function levelTerms(
  profile: ServiceProfile,
  prices: PriceBook,
  pool: number,
  variant: number,
  tier: number,
  ratio: number,
  spillsToLambda: boolean,
): LevelTerms {
  const { boot, drainSeconds } = profile.pools[pool]!;
  const lambda = lambdaTier(profile, variant, profile.lambda.memoryMb[tier]!)!;
  const seconds = profile.decisionSeconds;
  return {
    ratio,
    bootIntervals: Math.max(leastBootIntervals, boot.medianSeconds / seconds),
    bootSigma: boot.sigma,
    drainIntervals: drainSeconds / seconds,
    minimumBilledIntervals: prices.minimumBilledSeconds / seconds,
    coldIntervals: spillsToLambda ? lambda.coldStartSeconds / seconds : 0,
    coldFactor: lambda.coldStartSeconds / lambda.serviceSeconds,
    keepAliveIntervals: profile.lambda.keepAliveSeconds / seconds,
    delayIntervals: Math.ceil(profile.metrics.delaySeconds / seconds),
  };
}
