import { lambdaTier, vmServiceSeconds } from '../env/physics/service.ts';
import type { PriceBook, ServiceProfile } from '../env/types.ts';
import { cheapestChoice, lambdaUsdPerRequest } from '../policies/economics.ts';
import type { SpillKnobs } from '../policies/spill.ts';

/** Variants around the one that the rules use, less accurate first. */
const variantSteps = [-2, -1, 0, 1, 2];
/** Lambda tiers around the one that the rules use, smaller first. */
const tierSteps = [-1, 0, 1, 2];
/** From spilling early to spilling late. */
const spillKnobs: readonly SpillKnobs[] = [
  { waitShare: 0.25, headroom: 1.35 },
  { waitShare: 0.5, headroom: 1.15 },
  { waitShare: 0.75, headroom: 1.1 },
  { waitShare: 0.95, headroom: 1 },
];

/** Options of the three heads: variant, Lambda tier, spillover. The same for every profile; what a profile lacks is masked. */
export const serviceHeads = [variantSteps.length, tierSteps.length, spillKnobs.length];
export const serviceOptionCount = serviceHeads.reduce((sum, options) => sum + options, 0);
/** [head] The option that the rules take. */
export const usualOptions = [variantSteps.indexOf(0), tierSteps.indexOf(0), 1];

/** One option of the variant head, beside the usual variant. */
export interface VariantOption {
  readonly variant: number;
  /** Accuracy above the floor; below it where negative. */
  readonly slack: number;
  /** Service time on the VMs over the usual variant's. */
  readonly work: number;
  /** Price on Lambda over the usual variant's. */
  readonly price: number;
}

export interface TierOption {
  readonly memoryMb: number;
  readonly price: number;
  /** Service time over the strictest deadline. */
  readonly latency: number;
  /** Cold start over the strictest deadline. */
  readonly coldStart: number;
}

/** What the service network can choose from. Null: the profile has no such option. */
export interface ServiceOptions {
  readonly variants: readonly (VariantOption | null)[];
  readonly tiers: readonly (TierOption | null)[];
  readonly spills: readonly SpillKnobs[];
}

/** The same, where the usual spillover waits as stated. */
export function withWaitShare(options: ServiceOptions, waitShare: number | undefined): ServiceOptions {
  if (waitShare === undefined) return options;
  const spills = options.spills.map((knobs, index) => (index === usualOptions[2] ? { ...knobs, waitShare } : knobs));
  return { ...options, spills };
}

export function serviceOptions(profile: ServiceProfile, prices: PriceBook, pools: readonly number[]): ServiceOptions {
  const usual = cheapestChoice(profile, prices);
  const { memoryMb } = profile.lambda;
  const usualPrice = lambdaUsdPerRequest(profile, prices, usual.variant, usual.tier)!;
  const strictestMs = Math.min(...profile.slo.classes.map((one) => one.deadlineMs));
  const runs = (variant: number, tier: number) => lambdaTier(profile, variant, memoryMb[tier] ?? 0) !== null;
  const onPools = (variant: number) => pools.every((pool) => vmServiceSeconds(profile, pool, variant) !== null);
  // The heads choose independently, so every variant on offer must run on every tier on offer.
  const variants = variantSteps
    .map((step) => usual.variant + step)
    .map((variant) => (runs(variant, usual.tier) && onPools(variant) ? variant : null));
  const tiers = tierSteps
    .map((step) => usual.tier + step)
    .map((tier) => (variants.every((variant) => variant === null || runs(variant, tier)) ? tier : null));
  return {
    variants: variants.map((variant) => {
      if (variant === null) return null;
      const seconds = (one: number) => vmServiceSeconds(profile, usual.pool, one)!;
      return {
        variant,
        slack: profile.variants[variant]!.accuracy - profile.accuracyFloor,
        work: seconds(variant) / seconds(usual.variant),
        price: lambdaUsdPerRequest(profile, prices, variant, usual.tier)! / usualPrice,
      };
    }),
    tiers: tiers.map((tier) => {
      if (tier === null) return null;
      const { serviceSeconds, coldStartSeconds } = lambdaTier(profile, usual.variant, memoryMb[tier]!)!;
      return {
        memoryMb: memoryMb[tier]!,
        price: lambdaUsdPerRequest(profile, prices, usual.variant, tier)! / usualPrice,
        latency: (1000 * serviceSeconds) / strictestMs,
        coldStart: (1000 * coldStartSeconds) / strictestMs,
      };
    }),
    spills: spillKnobs,
  };
}

/**
 * Writes which options may be taken, [option over the three heads]. A variant below the accuracy floor needs credit: accuracy above the floor that earlier
 * answers have gained and the next interval's requests may spend.
 *
 * @param credit sum over past answers of accuracy less floor
 * @param requests that the next interval may bring at the most
 */
export function writeServiceMask(
  options: ServiceOptions,
  credit: number,
  requests: number,
  into: Uint8Array,
  offset: number,
): void {
  let at = offset;
  for (const option of options.variants) {
    // Where no demand is known there is still some to come: without credit nothing below the floor.
    const isAffordable = option && credit > 0 && credit + option.slack * requests >= 0;
    into[at++] = option && (option.slack >= -1e-12 || isAffordable) ? 1 : 0;
  }
  for (const option of options.tiers) into[at++] = option ? 1 : 0;
  for (let spill = 0; spill < options.spills.length; spill++) into[at++] = 1;
}
