import { DeadlineShares } from '../../env/physics/deadline-shares.ts';
import type { PriceBook, ServiceProfile } from '../../env/types.ts';
import { vmUsdPerRequest } from '../economics.ts';
import { lambdaOptions } from './lambda-options.ts';

/** A way to deal with a request of one class. */
export interface Option {
  /** Dollars of VM time that it takes. */
  readonly vmUsd: number;
  /** The pool whose time it takes; null: none. */
  readonly pool: number | null;
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

/**
 * [class][option] Everything that a policy could do with a request. Where several pools offer a variant, each is an option of its own.
 *
 * @param provisions Lambda environments may be kept provisioned
 */
export function requestOptions(profile: ServiceProfile, prices: PriceBook, provisions: boolean): Option[][] {
  const best = Math.max(...profile.variants.map((one) => one.accuracy));
  // A miss takes nothing, and counts as if it were answered late, by the best variant, on capacity that was idle anyway.
  const miss = {
    vmUsd: 0,
    pool: null,
    lambdaUsd: 0,
    accuracyLack: Math.min(0, profile.accuracyFloor - best),
    missShare: 1,
  };
  const deadlines = new DeadlineShares(profile);
  const onLambda = profile.variants.map((_, variant) => lambdaOptions(profile, prices, variant, provisions));
  return profile.slo.classes.map((_, classIndex) => [
    miss,
    ...profile.variants.flatMap(({ accuracy }, variant) => {
      const accuracyLack = profile.accuracyFloor - accuracy;
      const missShare = (serviceMs: number) => 1 - deadlines.share(classIndex, 0, serviceMs / 1000);
      return [
        ...vmOptions(profile, prices, variant, missShare),
        ...onLambda[variant]!.map(({ usd, missShares }) => {
          return { vmUsd: 0, pool: null, lambdaUsd: usd, accuracyLack, missShare: missShares[classIndex]! };
        }),
      ];
    }),
  ]);
}

function vmOptions(
  profile: ServiceProfile,
  prices: PriceBook,
  variant: number,
  missShare: (serviceMs: number) => number,
): Option[] {
  return profile.pools.flatMap(({ serviceMs, max }, pool) => {
    const meanMs = serviceMs[variant] ?? null;
    if (meanMs === null || max === 0) return [];
    const accuracyLack = profile.accuracyFloor - profile.variants[variant]!.accuracy;
    const vmUsd = vmUsdPerRequest(profile, prices, pool, variant)!;
    return [{ vmUsd, pool, lambdaUsd: 0, accuracyLack, missShare: missShare(meanMs) }];
  });
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
    segments: merged(
      ofClasses
        .flatMap((one, index) => one.segments.map(({ length, slope }) => ({ length: shares[index]! * length, slope })))
        .sort((a, b) => a.slope - b.slope),
    ),
  };
}

/** Segments of one slope, as classes with the same choice have them, are one. */
function merged(segments: readonly Segment[]): Segment[] {
  const distinct: Segment[] = [];
  for (const one of segments) {
    const last = distinct.at(-1);
    if (last && one.slope - last.slope <= 1e-9 * Math.abs(last.slope)) {
      distinct[distinct.length - 1] = { length: last.length + one.length, slope: last.slope };
    } else distinct.push(one);
  }
  return distinct;
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
