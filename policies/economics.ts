import { firstEqual } from '../env/equal-vms.ts';
import { lognormalQuantile } from '../env/physics/lognormal.ts';
import { spotBilledShare, spotReadyShare } from '../env/physics/spot.ts';
import { InputProblem } from '../env/problem.ts';
import type { PriceBook, ServiceProfile } from '../env/types.ts';
import { vmUsdPerHour } from '../env/vm-price.ts';

/** Indices into `variants`, `pools` and `lambda.memoryMb`. */
export interface Choice {
  readonly variant: number;
  readonly pool: number;
  readonly tier: number;
}

/** Requests per second of one VM with all slots busy; null: the variant does not run there. */
export function vmCapacityPerSecond(profile: ServiceProfile, poolIndex: number, variantIndex: number): number | null {
  const pool = profile.pools[poolIndex]!;
  const serviceMs = pool.serviceMs[variantIndex] ?? null;
  return serviceMs === null ? null : (1000 * pool.slots) / serviceMs;
}

/** Refuses an instance type that the price book does not know. */
export function vmUsdPerSecond(profile: ServiceProfile, prices: PriceBook, poolIndex: number): number {
  const { name, instanceType, spot } = profile.pools[poolIndex]!;
  const usdPerHour = vmUsdPerHour(profile.pools[poolIndex]!, prices);
  if (usdPerHour === null) {
    throw new InputProblem(
      `pool ${name}: no ${spot ? 'spot ' : ''}price for instance type ${instanceType} in the price book of ${prices.date}; ` +
        `known are ${Object.keys(prices.usdPerHour).join(', ')}`,
    );
  }
  return usdPerHour / 3600;
}

/** Dollars for a second in which one VM is ready: on spot the notices are paid for too, and the boots of those that take the place of the interrupted. */
export function readyVmUsdPerSecond(profile: ServiceProfile, prices: PriceBook, poolIndex: number): number {
  const pool = profile.pools[poolIndex]!;
  return (vmUsdPerSecond(profile, prices, poolIndex) * spotBilledShare(pool)) / spotReadyShare(pool);
}

/** Dollars for a request on a VM that is never idle, nor interrupted; null: the variant does not run there. */
export function vmUsdPerRequest(
  profile: ServiceProfile,
  prices: PriceBook,
  poolIndex: number,
  variantIndex: number,
): number | null {
  const capacity = vmCapacityPerSecond(profile, poolIndex, variantIndex);
  return capacity === null ? null : vmUsdPerSecond(profile, prices, poolIndex) / capacity;
}

/**
 * Mean dollars for a warm request on Lambda; null: the variant does not fit the tier.
 * Without the rounding up to a whole millisecond, which adds half a millisecond on average.
 */
export function lambdaUsdPerRequest(
  profile: ServiceProfile,
  prices: PriceBook,
  variantIndex: number,
  tierIndex: number,
): number | null {
  const serviceMs = profile.lambda.serviceMs[variantIndex]?.[tierIndex] ?? null;
  if (serviceMs === null) return null;
  const gigabytes = profile.lambda.memoryMb[tierIndex]! / 1024;
  return (gigabytes * serviceMs * prices.lambdaUsdPerGbSecond) / 1000 + prices.lambdaUsdPerRequest;
}

/** Rho: Lambda's price of a unit of work over the price of the same work on a VM that is never idle, interruptions included. */
export function priceRatio(profile: ServiceProfile, prices: PriceBook, choice: Choice): number {
  const capacity = vmCapacityPerSecond(profile, choice.pool, choice.variant);
  const lambda = lambdaUsdPerRequest(profile, prices, choice.variant, choice.tier);
  if (capacity === null || lambda === null) {
    throw new InputProblem(
      `variant ${profile.variants[choice.variant]!.name} does not run both on pool ${profile.pools[choice.pool]!.name} ` +
        `and on Lambda at ${profile.lambda.memoryMb[choice.tier]} MB, so their prices cannot be compared`,
    );
  }
  return (lambda * capacity) / readyVmUsdPerSecond(profile, prices, choice.pool);
}

/** The deadline that the service time of a choice must fit. */
export function strictestDeadlineMs(profile: ServiceProfile): number {
  return Math.min(...profile.slo.classes.map((one) => one.deadlineMs));
}

/** True where the promised share of requests is served within the deadline if none has to wait. */
export function fitsDeadline(profile: ServiceProfile, serviceMs: number | null, deadlineMs: number): boolean {
  return serviceMs !== null && lognormalQuantile(serviceMs, profile.serviceCv, profile.slo.attainment) <= deadlineMs;
}

/**
 * The variant, pool and Lambda tier that the rules act with: among what meets the accuracy floor and serves the promised
 * share within the strictest deadline, the first pool of the profile, there the variant with the least dollars per request on a full VM,
 * then the tier with the least on Lambda. The first pool rather than the cheapest unit of work, because a large VM is cheap
 * only where there is work to fill it, which nobody knows beforehand. Of pools with equal VMs, on demand and on spot, the cheapest, interruptions included.
 * Where no Lambda tier is fast enough, the fastest tier stands in (it still helps classes with later deadlines);
 * where no pool is fast enough either, so does the fastest pool: a service that cannot keep its promise must still run.
 *
 * @param position of the one pool that may be chosen, from 1; null: any
 */
export function cheapestChoice(profile: ServiceProfile, prices: PriceBook, position: number | null = null): Choice {
  const candidates = accurateChoices(profile).filter(({ pool }) => position === null || pool === position - 1);
  if (candidates.length === 0) throw position === null ? noChoice(profile) : noChoiceOn(profile, position);
  return candidates
    .map((choice) => ({ choice, rank: rankOf(profile, prices, choice) }))
    .reduce((best, one) => (isBefore(one.rank, best.rank) ? one : best)).choice;
}

/** Positions, from 1, of the pools that run some variant which meets the accuracy floor, and which runs on Lambda too. */
export function usablePools(profile: ServiceProfile): number[] {
  const pools = new Set(accurateChoices(profile).map(({ pool }) => pool + 1));
  return [...pools].sort((a, b) => a - b);
}

function accurateChoices(profile: ServiceProfile): Choice[] {
  return allChoices(profile).filter(({ variant }) => isAccurate(profile, variant));
}

/** The floor is met with equality by a variant whose accuracy is written as the floor. */
function isAccurate(profile: ServiceProfile, variant: number): boolean {
  return profile.variants[variant]!.accuracy >= profile.accuracyFloor - 1e-12;
}

/** Every combination that runs, in the order of the profile. */
function allChoices(profile: ServiceProfile): Choice[] {
  return profile.variants.flatMap((_, variant) =>
    profile.pools.flatMap((one, pool) =>
      profile.lambda.memoryMb.flatMap((_, tier) =>
        (one.serviceMs[variant] ?? null) === null || (profile.lambda.serviceMs[variant]?.[tier] ?? null) === null
          ? []
          : [{ variant, pool, tier }],
      ),
    ),
  );
}

/** Compared from left to right; less is better. */
function rankOf(profile: ServiceProfile, prices: PriceBook, { variant, pool, tier }: Choice): readonly number[] {
  const deadlineMs = strictestDeadlineMs(profile);
  const vmMs = profile.pools[pool]!.serviceMs[variant]!;
  const lambdaMs = profile.lambda.serviceMs[variant]![tier]!;
  const vmFits = fitsDeadline(profile, vmMs, deadlineMs);
  const lambdaFits = fitsDeadline(profile, lambdaMs, deadlineMs);
  return [
    vmFits ? 0 : vmMs,
    lambdaFits ? 0 : 1,
    vmFits ? firstEqual(profile, pool) : 0,
    readyVmUsdPerSecond(profile, prices, pool) / vmCapacityPerSecond(profile, pool, variant)!,
    lambdaFits ? lambdaUsdPerRequest(profile, prices, variant, tier)! : lambdaMs,
  ];
}

function isBefore(a: readonly number[], b: readonly number[]): boolean {
  const first = a.findIndex((value, index) => value !== b[index]);
  return first >= 0 && a[first]! < b[first]!;
}

function noChoice(profile: ServiceProfile): InputProblem {
  return new InputProblem(
    `no variant meets accuracyFloor ${profile.accuracyFloor} and runs both on a pool and on Lambda ` +
      `(accuracies: ${accuracies(profile)}); lower the floor, or give such a variant its service times`,
  );
}

function noChoiceOn(profile: ServiceProfile, position: number): InputProblem {
  const { name, pools, accuracyFloor } = profile;
  const pool = pools[position - 1];
  const known = pools.map((one, index) => `${index + 1} ${one.name}`).join(', ');
  if (pool === undefined) {
    return new InputProblem(
      `pool ${position}: profile ${name} has only ${known}; give one of these positions, or leave pool out for the first that is fast enough`,
    );
  }
  const usable = usablePools(profile);
  if (usable.length === 0) return noChoice(profile);
  return new InputProblem(
    `pool ${position} (${pool.name}): no variant meets accuracyFloor ${accuracyFloor} and runs both there and on Lambda ` +
      `(accuracies: ${accuracies(profile)}); positions that can be given: ${usable.join(', ')}`,
  );
}

function accuracies(profile: ServiceProfile): string {
  return profile.variants.map(({ name, accuracy }) => `${name} ${accuracy}`).join(', ');
}
