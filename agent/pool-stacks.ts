import type { PriceBook, ServiceProfile } from '../env/types.ts';
import { cheapestChoice, vmCapacityPerSecond } from '../policies/economics.ts';
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

/** Indices of the pools with these names; where a profile has none of them, of the one that the rules would take. */
export function poolsFor(names: readonly string[], profile: ServiceProfile, prices: PriceBook): number[] {
  const known = profile.pools.map((_, index) => index).filter((index) => names.includes(profile.pools[index]!.name));
  return known.length > 0 ? known : [cheapestChoice(profile, prices).pool];
}
