import type { PriceBook, ServiceProfile } from '../../env/types.ts';
import { lambdaUsdPerRequest, vmCapacityPerSecond, vmUsdPerSecond } from '../economics.ts';
import { cheapestTier, cheapestTimelyTier } from './timely-tier.ts';

/** From which rate on one VM costs less than Lambda for the same requests. */
export interface BreakEven {
  readonly variant: number;
  readonly pool: number;
  /** The tier with the least dollars for a request: of those in time for every class, where there is one. */
  readonly tier: number;
  readonly perSecond: number;
  /** The same over what the VM can serve; above 1 Lambda is always cheaper. */
  readonly utilization: number;
}

/** For every variant and pool on which it runs, where it also runs on Lambda. */
export function breakEvens(profile: ServiceProfile, prices: PriceBook): BreakEven[] {
  return profile.variants.flatMap((_, variant) => {
    const tier = cheapestTimelyTier(profile, prices, variant) ?? cheapestTier(profile, prices, variant);
    if (tier === null) return [];
    const usdPerRequest = lambdaUsdPerRequest(profile, prices, variant, tier)!;
    return profile.pools.flatMap((_, pool) => {
      const capacity = vmCapacityPerSecond(profile, pool, variant);
      if (capacity === null) return [];
      const perSecond = vmUsdPerSecond(profile, prices, pool) / usdPerRequest;
      return [{ variant, pool, tier, perSecond, utilization: perSecond / capacity }];
    });
  });
}
