import type { PriceBook, ServiceProfile } from '../../env/types.ts';
import { fitsDeadline, lambdaUsdPerRequest, strictestDeadlineMs } from '../economics.ts';

/** The Lambda tier with the least dollars for a request of those that are in time for every class; null: none is. */
export function cheapestTimelyTier(profile: ServiceProfile, prices: PriceBook, variant: number): number | null {
  const deadlineMs = strictestDeadlineMs(profile);
  const isTimely = (tier: number) =>
    fitsDeadline(profile, profile.lambda.serviceMs[variant]![tier] ?? null, deadlineMs);
  return cheapestTier(profile, prices, variant, isTimely);
}

/** Of the tiers that the variant fits, and that are meant; null: none is. */
export function cheapestTier(
  profile: ServiceProfile,
  prices: PriceBook,
  variant: number,
  isMeant: (tier: number) => boolean = () => true,
): number | null {
  let best: { readonly tier: number; readonly usd: number } | null = null;
  for (const tier of profile.lambda.memoryMb.keys()) {
    const usd = lambdaUsdPerRequest(profile, prices, variant, tier);
    if (usd !== null && isMeant(tier) && (best === null || usd < best.usd)) best = { tier, usd };
  }
  return best?.tier ?? null;
}
