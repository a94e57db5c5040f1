import type { PriceBook, ServiceProfile } from '../types.ts';
import { vmUsdPerHour } from '../vm-price.ts';

/** Seconds that one request of a variant keeps a slot of a pool; null: it does not run there. */
export function vmServiceSeconds(profile: ServiceProfile, pool: number, variant: number): number | null {
  const ms = profile.pools[pool]?.serviceMs[variant] ?? null;
  return ms === null ? null : ms / 1000;
}

export interface LambdaTier {
  readonly serviceSeconds: number;
  readonly coldStartSeconds: number;
  readonly gigabytes: number;
}

/** What the function does with a variant at a memory size; null: it does not fit, or the size is not offered. */
export function lambdaTier(profile: ServiceProfile, variant: number, memoryMb: number): LambdaTier | null {
  const tier = profile.lambda.memoryMb.indexOf(memoryMb);
  const serviceMs = profile.lambda.serviceMs[variant]?.[tier] ?? null;
  const coldStartMs = profile.lambda.coldStartMs[variant]?.[tier] ?? null;
  if (serviceMs === null || coldStartMs === null) return null;
  return { serviceSeconds: serviceMs / 1000, coldStartSeconds: coldStartMs / 1000, gigabytes: memoryMb / 1024 };
}

export function vmUsdPerSecond(profile: ServiceProfile, prices: PriceBook, pool: number): number {
  const usdPerHour = vmUsdPerHour(profile.pools[pool]!, prices);
  if (usdPerHour === null)
    throw new Error(`no price for pool ${profile.pools[pool]!.name}: check prices where they enter`);
  return usdPerHour / 3600;
}

/** Cumulative class shares: [class] the share of arrivals in this class or a stricter one. */
export function cumulativeShares(profile: ServiceProfile): number[] {
  let sum = 0;
  return profile.slo.classes.map((one) => (sum += one.share));
}

/**
 * Requests that may wait in front of one of this class: what the capacity left over by stricter classes works off in the
 * allowed wait. Null: no limit. This is the threshold that a front end compares its queue length with.
 */
export function queueLimit(
  maxWaitMs: number | null,
  capacityPerSecond: number,
  stricterPerSecond: number,
): number | null {
  return maxWaitMs === null ? null : capacityLeft(capacityPerSecond, stricterPerSecond) * (maxWaitMs / 1000);
}

/** What stricter classes leave of the capacity, in requests per second: a twentieth at least, so that no class starves for good. */
export function capacityLeft(capacityPerSecond: number, stricterPerSecond: number): number {
  return Math.max(capacityPerSecond - stricterPerSecond, 0.05 * capacityPerSecond);
}
