import { DeadlineShares } from '../../env/physics/deadline-shares.ts';
import type { PriceBook, ServiceProfile } from '../../env/types.ts';

/** A way to send requests to Lambda. */
export interface LambdaOption {
  readonly usd: number;
  /** [class] Probability that it is not in time. */
  readonly missShares: readonly number[];
}

/** Batches of `least` to `most` requests, told by the latency of the smallest and the price of the largest. */
interface BatchSizes {
  readonly least: number;
  readonly most: number;
}

/** Told one by one where sizes are small, and where they are large in ranges, in favour of the bound. */
const batches: readonly BatchSizes[] = [
  ...[1, 2, 3, 4, 5, 6, 8, 11, 15, 20, 28, 40, 56].map((least, index, all) => ({
    least,
    most: (all[index + 1] ?? 80) - 1,
  })),
  { least: 80, most: Number.POSITIVE_INFINITY },
];

/** Part of a millisecond that rounding up adds at the least where service times spread over half a millisecond or more. */
const leastRounding = 0.497;

/**
 * What a variant may cost on Lambda, always warm, at every memory size and in batches of every size that the deadlines allow; those that
 * are no better than another in any respect are left out.
 *
 * @param provisions environments may be kept provisioned: they are at work all the time, and what they serve costs less
 */
export function lambdaOptions(
  profile: ServiceProfile,
  prices: PriceBook,
  variant: number,
  provisions: boolean,
): LambdaOption[] {
  const { lambda, slo, serviceCv } = profile;
  const deadlines = new DeadlineShares(profile);
  const options = lambda.memoryMb.flatMap((memoryMb, tier) => {
    const serviceMs = lambda.serviceMs[variant]?.[tier] ?? null;
    if (serviceMs === null) return [];
    const time = (requests: number) => serviceMs * (1 + lambda.batchMarginal * (requests - 1));
    return batches.map(({ least, most }) => {
      const perRequestMs = most === Number.POSITIVE_INFINITY ? serviceMs * lambda.batchMarginal : time(most) / most;
      // Within a range the size that rounds best is not known, so nothing is rounded.
      const billedMs = least === most ? meanBilledMs(time(most), serviceCv) / most : perRequestMs;
      return {
        usd:
          gigabyteSecondsUsd(prices, memoryMb / 1024, perRequestMs, billedMs, provisions) +
          prices.lambdaUsdPerRequest / most,
        missShares: slo.classes.map((_, index) => 1 - deadlines.share(index, 0, time(least) / 1000)),
      };
    });
  });
  return options.filter((one, index) => !options.some((other, place) => isBetter(other, one, place < index)));
}

function gigabyteSecondsUsd(
  prices: PriceBook,
  gigabytes: number,
  workMs: number,
  billedMs: number,
  provisions: boolean,
): number {
  const onDemand = billedMs * prices.lambdaUsdPerGbSecond;
  const provisioned =
    workMs * prices.lambdaProvisionedUsdPerGbSecond + billedMs * prices.lambdaProvisionedDurationUsdPerGbSecond;
  return (gigabytes * (provisions ? Math.min(onDemand, provisioned) : onDemand)) / 1000;
}

/** Lambda bills whole milliseconds, rounded up. */
function meanBilledMs(meanMs: number, serviceCv: number): number {
  if (serviceCv === 0) return Math.ceil(meanMs - 1e-6);
  return serviceCv * meanMs >= 0.5 ? meanMs + leastRounding : meanMs;
}

function isBetter(one: LambdaOption, other: LambdaOption, isFirst: boolean): boolean {
  if (one.usd > other.usd || one.missShares.some((share, index) => share > other.missShares[index]!)) return false;
  const isSame = one.usd === other.usd && one.missShares.every((share, index) => share === other.missShares[index]);
  return !isSame || isFirst;
}
