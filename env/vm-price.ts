import type { PriceBook } from './types.ts';
import type { VmPool } from './vm-pool.ts';

type Priced = Pick<VmPool, 'instanceType' | 'spot'>;

/**
 * Dollars for an hour of one VM. On demand what the price book lists; on spot what it lists as spot price, else the share of the price
 * on demand that the pool states. Null: neither is there.
 */
export function vmUsdPerHour({ instanceType, spot }: Priced, { usdPerHour, spotUsdPerHour }: PriceBook): number | null {
  const onDemand = usdPerHour[instanceType] ?? null;
  if (!spot) return onDemand;
  const listed = spotUsdPerHour?.[instanceType];
  if (listed !== undefined) return listed;
  return onDemand === null || spot.priceShare === null ? null : onDemand * spot.priceShare;
}
