import type { FutureLoad } from './future-load.ts';

export interface VariantTerms {
  /** [variant] */
  readonly accuracies: readonly number[];
  readonly accuracyFloor: number;
  /** [variant] Dollars for a request on Lambda; null: the variant is not to be used. */
  readonly lambdaUsd: readonly (number | null)[];
}

/** The mean of the answers is to be so much above the floor, as what is lost or drawn at random is not known. */
const accuracyReserve = 1e-4;
const bisections = 40;

/**
 * [step] The variants that cost the least on Lambda beside a fleet, their mean accuracy being above the floor: the price of accuracy is
 * the least that brings it there, found by bisection.
 *
 * @param capacity [variant][step] Requests per second that the VMs serve
 */
export function leastVariants(load: FutureLoad, terms: VariantTerms, capacity: readonly Float64Array[]): Uint8Array {
  const at = (accuracyUsd: number) => variantsAt(load, terms, capacity, accuracyUsd);
  let low = 0;
  let high = 1;
  while (lackOf(load, terms, at(high)) > 0 && high < 1e9) high *= 10;
  for (let round = 0; round < bisections; round++) {
    const price = (low + high) / 2;
    if (lackOf(load, terms, at(price)) > 0) low = price;
    else high = price;
  }
  return at(high);
}

function variantsAt(
  load: FutureLoad,
  { accuracies, lambdaUsd }: VariantTerms,
  capacity: readonly Float64Array[],
  accuracyUsd: number,
): Uint8Array {
  return Uint8Array.from({ length: load.steps }, (_, step) => {
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (const [variant, usdPerRequest] of lambdaUsd.entries()) {
      if (usdPerRequest === null) continue;
      const spilledUsd = usdPerRequest * load.excess(step, capacity[variant]![step]!);
      const usd = spilledUsd - accuracyUsd * accuracies[variant]! * load.rates[step]!;
      if (usd >= least) continue;
      least = usd;
      best = variant;
    }
    return best;
  });
}

/** Steps over which a peak stands out, for several notions of a peak. */
const horizons = [Number.POSITIVE_INFINITY, 240, 60, 15];

/**
 * Where to begin the search for variants, [start][step]: one variant throughout, and it with each cheaper one where the load stands out the
 * most from what surrounds it, as far as the accuracy that is left over allows.
 */
export function variantStarts(load: FutureLoad, terms: VariantTerms, base: number): Uint8Array[] {
  const plain = new Uint8Array(load.steps).fill(base);
  const cheaper = terms.lambdaUsd.flatMap((usd, variant) =>
    usd !== null && terms.accuracies[variant]! < terms.accuracies[base]! ? [variant] : [],
  );
  if (lackOf(load, terms, plain) >= 0) return [plain];
  const peaks = cheaper.flatMap((variant) =>
    horizons.map((horizon) => peaksBy(load, terms, plain, variant, standingOut(load, horizon))),
  );
  return [plain, ...peaks];
}

function peaksBy(
  load: FutureLoad,
  { accuracies, accuracyFloor }: VariantTerms,
  plain: Uint8Array,
  variant: number,
  height: Float64Array,
): Uint8Array {
  const variants = plain.slice();
  const order = [...height.keys()].sort((a, b) => height[b]! - height[a]!);
  let credit = -lackOf(load, { accuracies, accuracyFloor, lambdaUsd: [] }, plain);
  for (const step of order) {
    credit -= (accuracies[variants[step]!]! - accuracies[variant]!) * load.rates[step]!;
    if (credit < 0) break;
    variants[step] = variant;
  }
  return variants;
}

/** [step] The rate over its mean within so many steps to either side. */
function standingOut({ rates, steps }: FutureLoad, horizon: number): Float64Array {
  return rates.map((rate, step) => {
    const around = rates.subarray(Math.max(0, step - horizon), Math.min(steps, step + horizon + 1));
    return rate / Math.max(1e-9, around.reduce((sum, one) => sum + one, 0) / around.length);
  });
}

/** By how much the accuracies of all answers together fall short; at most 0: they do not. */
function lackOf(load: FutureLoad, { accuracies, accuracyFloor }: VariantTerms, variants: Uint8Array): number {
  const wanted = Math.min(accuracyFloor + accuracyReserve, Math.max(...accuracies));
  return variants.reduce((sum, variant, step) => sum + (wanted - accuracies[variant]!) * load.rates[step]!, 0);
}
