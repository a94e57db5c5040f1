import { lognormalShareBelow } from '../../env/physics/lognormal.ts';
import type { PriceBook, ServiceProfile } from '../../env/types.ts';
import { lambdaUsdPerRequest, vmUsdPerRequest } from '../economics.ts';

/** A way to deal with a request of one class. */
export interface Option {
  /** Dollars of VM time that it takes. */
  readonly vmUsd: number;
  readonly lambdaUsd: number;
  /** Accuracy floor less the accuracy of the answer. */
  readonly accuracyLack: number;
  /** Probability that it is not in time. */
  readonly missShare: number;
}

/** Lagrange prices, both at least 0: dollars for a missed request, and for one unit of accuracy lacking in one answer. */
export interface Multipliers {
  readonly missUsd: number;
  readonly accuracyUsd: number;
}

/** Spending `length` dollars of VM time on a request changes its other cost by `slope` dollars per dollar. */
export interface Segment {
  readonly length: number;
  readonly slope: number;
}

/**
 * The least cost of a mean request, apart from the VM time that it is given, as a function of that VM time in dollars:
 * convex, decreasing, piecewise linear.
 */
export interface RequestCost {
  readonly withoutVms: number;
  /** By rising slope. */
  readonly segments: readonly Segment[];
}

/** [class][option] Everything that a policy could do with a request. Where several pools offer a variant, each is an option of its own. */
export function requestOptions(profile: ServiceProfile, prices: PriceBook): Option[][] {
  const best = Math.max(...profile.variants.map((one) => one.accuracy));
  // A miss takes nothing, and counts as if it were answered late, by the best variant, on capacity that was idle anyway.
  const miss = { vmUsd: 0, lambdaUsd: 0, accuracyLack: Math.min(0, profile.accuracyFloor - best), missShare: 1 };
  return profile.slo.classes.map(({ deadlineMs }) => [
    miss,
    ...profile.variants.flatMap((_, variant) => [
      ...vmOptions(profile, prices, variant, deadlineMs),
      ...lambdaOptions(profile, prices, variant, deadlineMs),
    ]),
  ]);
}

function vmOptions(profile: ServiceProfile, prices: PriceBook, variant: number, deadlineMs: number): Option[] {
  return profile.pools.flatMap((pool, index) => {
    const serviceMs = pool.serviceMs[variant] ?? null;
    if (serviceMs === null || pool.max === 0) return [];
    const vmUsd = vmUsdPerRequest(profile, prices, index, variant)!;
    return [{ vmUsd, lambdaUsd: 0, ...quality(profile, variant, serviceMs, deadlineMs) }];
  });
}

function lambdaOptions(profile: ServiceProfile, prices: PriceBook, variant: number, deadlineMs: number): Option[] {
  return profile.lambda.memoryMb.flatMap((_, tier) => {
    const serviceMs = profile.lambda.serviceMs[variant]?.[tier] ?? null;
    if (serviceMs === null) return [];
    const lambdaUsd = lambdaUsdPerRequest(profile, prices, variant, tier)!;
    return [{ vmUsd: 0, lambdaUsd, ...quality(profile, variant, serviceMs, deadlineMs) }];
  });
}

function quality(profile: ServiceProfile, variant: number, serviceMs: number, deadlineMs: number) {
  return {
    accuracyLack: profile.accuracyFloor - profile.variants[variant]!.accuracy,
    missShare: 1 - lognormalShareBelow(deadlineMs, serviceMs, profile.serviceCv),
  };
}

/** `shares` are those of the classes; every class uses the VM time where it saves the most. */
export function requestCost(
  options: readonly (readonly Option[])[],
  shares: readonly number[],
  multipliers: Multipliers,
): RequestCost {
  const ofClasses = options.map((ofClass) => classCost(ofClass, multipliers));
  return {
    withoutVms: ofClasses.reduce((sum, one, index) => sum + shares[index]! * one.withoutVms, 0),
    segments: ofClasses
      .flatMap((one, index) => one.segments.map(({ length, slope }) => ({ length: shares[index]! * length, slope })))
      .sort((a, b) => a.slope - b.slope),
  };
}

/** The falling part of the lower convex hull of the options, in the plane of VM time and price. */
function classCost(options: readonly Option[], { missUsd, accuracyUsd }: Multipliers): RequestCost {
  const points = options
    .map(({ vmUsd, lambdaUsd, accuracyLack, missShare }) => ({
      vmUsd,
      price: lambdaUsd + accuracyUsd * accuracyLack + missUsd * missShare,
    }))
    .sort((a, b) => a.vmUsd - b.vmUsd || a.price - b.price);
  const segments: Segment[] = [];
  let from = points[0]!;
  for (;;) {
    const ahead = points.filter((one) => one.vmUsd > from.vmUsd && one.price < from.price);
    if (ahead.length === 0) return { withoutVms: points[0]!.price, segments };
    const slopeTo = (to: { vmUsd: number; price: number }) => (to.price - from.price) / (to.vmUsd - from.vmUsd);
    const next = ahead.reduce((best, one) => (slopeTo(one) <= slopeTo(best) ? one : best));
    segments.push({ length: next.vmUsd - from.vmUsd, slope: slopeTo(next) });
    from = next;
  }
}

/** The VM time from which more of it saves less than it costs, dollars per request. */
export function worthwhileVmUsd({ segments }: RequestCost): number {
  return segments.reduce((sum, { length, slope }) => sum + (slope < -1 ? length : 0), 0);
}

/** Cost of a request that is given this much VM time, the VM time itself not counted. */
export function costWith({ withoutVms, segments }: RequestCost, vmUsd: number): number {
  let cost = withoutVms;
  let left = vmUsd;
  for (const { length, slope } of segments) {
    if (left <= length) return cost + left * slope;
    cost += length * slope;
    left -= length;
  }
  return cost;
}
