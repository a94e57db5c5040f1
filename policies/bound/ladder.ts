import type { PriceBook, ServiceProfile } from '../../env/types.ts';
import { vmUsdPerSecond } from '../economics.ts';

/** The fleet as a pile of levels that each cost the same per second while they run. */
export interface Ladder {
  readonly levelUsdPerSecond: number;
  /** Levels that the minimum sizes of the pools keep on. */
  readonly standing: number;
  /** Levels at most, by the maximum sizes of the pools. */
  readonly most: number;
  /** Dollars of a launch per level: its price times the boot. */
  readonly launchUsd: number;
  /** True where a level is one VM; else VMs of several pools are told as one divisible pool. */
  readonly isWhole: boolean;
}

/** With a single pool to choose from a level is a VM; several pools make one whose levels are `slice` dollars per second. */
export function ladderOf(
  profile: ServiceProfile,
  prices: PriceBook,
  slice: (mostUsdPerSecond: number) => number,
): Ladder {
  const pools = profile.pools
    .map((pool, index) => ({ ...pool, index }))
    .filter((pool) => pool.max > 0 && pool.serviceMs.some((one) => one !== null))
    .map((pool) => ({ ...pool, usdPerSecond: vmUsdPerSecond(profile, prices, pool.index) }));
  if (pools.length === 1) {
    const { usdPerSecond, boot, min, max } = pools[0]!;
    const launchUsd = usdPerSecond * boot.medianSeconds;
    return { levelUsdPerSecond: usdPerSecond, standing: min, most: max, launchUsd, isWhole: true };
  }
  const total = (size: (pool: { min: number; max: number }) => number) =>
    pools.reduce((sum, pool) => sum + pool.usdPerSecond * size(pool), 0);
  const most = total((pool) => pool.max);
  const levelUsdPerSecond = slice(most);
  return {
    levelUsdPerSecond,
    standing: Math.floor(total((pool) => pool.min) / levelUsdPerSecond),
    most: Math.ceil(most / levelUsdPerSecond),
    launchUsd: levelUsdPerSecond * Math.min(...pools.map((pool) => pool.boot.medianSeconds)),
    isWhole: false,
  };
}
