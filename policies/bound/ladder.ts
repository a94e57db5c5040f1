import type { PriceBook, ServiceProfile } from '../../env/types.ts';
import { vmUsdPerSecond } from '../economics.ts';
import { boundedPool } from './bounded-pool.ts';
import { launchSeconds } from './launch-seconds.ts';

/** The fleet as a pile of levels that each cost the same per second while they run. */
export interface Ladder {
  readonly levelUsdPerSecond: number;
  /** Levels that the minimum sizes of the pools keep on. */
  readonly standing: number;
  /** Levels at most, by the maximum sizes of the pools. */
  readonly most: number;
  /** Dollars of a launch per level: its price times the boot. */
  readonly launchUsd: number;
  /** Dollars of a stop per level: its price times the drain. */
  readonly stopUsd: number;
  /** True where a level is one VM; else VMs of several pools are told as one divisible pool. */
  readonly isWhole: boolean;
  /** True where the cost between two levels must be told for the sum to remain a bound. */
  readonly isExact: boolean;
}

/**
 * With a single pool to choose from a level is a VM; several pools make one divisible pool. With `levels` the fleet worth having, which is at most
 * `usefulUsdPerSecond` or what the pools must keep, is cut into about that many levels: coarser than VMs, or as fine as a divisible pool needs.
 */
export function ladderOf(
  profile: ServiceProfile,
  prices: PriceBook,
  usefulUsdPerSecond: number,
  levels: { readonly coarse: number } | { readonly fine: number },
): Ladder {
  const pools = profile.pools
    .map((pool, index) => ({ ...boundedPool(pool), index }))
    .filter((pool) => pool.max > 0 && pool.serviceMs.some((one) => one !== null))
    .map((pool) => ({ ...pool, usdPerSecond: vmUsdPerSecond(profile, prices, pool.index) }));
  const total = (size: (pool: { min: number; max: number }) => number) =>
    pools.reduce((sum, pool) => sum + pool.usdPerSecond * size(pool), 0);
  const isWhole = pools.length === 1;
  const most = total((pool) => pool.max);
  const standing = total((pool) => pool.min);
  // What stands anyway counts too: next to no demand would cut it into levels without number.
  const cut =
    Math.min(most, Math.max(usefulUsdPerSecond, standing)) / ('coarse' in levels ? levels.coarse : levels.fine);
  const vm = pools[0]?.usdPerSecond ?? 0;
  const levelUsdPerSecond = !isWhole ? cut : 'coarse' in levels ? Math.max(vm, cut) : vm;
  return {
    levelUsdPerSecond,
    // Rounding in favour of the bound: fewer VMs forced, more allowed.
    standing: Math.floor(standing / levelUsdPerSecond + 1e-9),
    most: Math.ceil(most / levelUsdPerSecond - 1e-9),
    launchUsd: levelUsdPerSecond * Math.min(...pools.map((pool) => launchSeconds(pool.boot))),
    stopUsd: levelUsdPerSecond * Math.min(...pools.map((pool) => pool.drainSeconds)),
    isWhole,
    isExact: 'fine' in levels,
  };
}
