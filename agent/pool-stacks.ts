import { areEqual } from '../env/equal-vms.ts';
import type { PriceBook, ServiceProfile } from '../env/types.ts';
import { cheapestChoice, readyVmUsdPerSecond, vmCapacityPerSecond } from '../policies/economics.ts';
import { type LevelPool, levelStack } from './level-terms.ts';

/** What an agent may act on: each pool that runs the usual variant alone, and where there are several, all of them together. */
export function poolStacks(profile: ServiceProfile, prices: PriceBook): number[][] {
  const { variant } = cheapestChoice(profile, prices);
  const able = profile.pools
    .map((_, pool) => pool)
    .filter((pool) => vmCapacityPerSecond(profile, pool, variant) !== null);
  return able.length > 1 ? [...able.map((pool) => [pool]), able] : [able];
}

/** The levels of all of these stacks, to train one network for every one of them. */
export function allLevels(profile: ServiceProfile, prices: PriceBook): LevelPool[] {
  const { variant, tier } = cheapestChoice(profile, prices);
  return poolStacks(profile, prices).flatMap((pools) => levelStack(profile, prices, variant, tier, pools));
}

/**
 * Indices of the pools with these names; where a profile has none of them, of the one that the rules would take. In place of a pool stands the cheapest
 * whose VMs do the same work: a checkpoint that acts on VMs on demand acts on those on spot where they cost less.
 */
export function poolsFor(names: readonly string[], profile: ServiceProfile, prices: PriceBook): number[] {
  const known = profile.pools.map((_, index) => index).filter((index) => names.includes(profile.pools[index]!.name));
  if (known.length === 0) return [cheapestChoice(profile, prices).pool];
  return [...new Set(known.map((pool) => cheapestEqual(profile, prices, pool)))];
}

function cheapestEqual(profile: ServiceProfile, prices: PriceBook, pool: number): number {
  const usd = (one: number) => readyVmUsdPerSecond(profile, prices, one);
  return profile.pools.reduce(
    (best, one, index) => (areEqual(one, profile.pools[pool]!) && usd(index) < usd(best) ? index : best),
    pool,
  );
}
