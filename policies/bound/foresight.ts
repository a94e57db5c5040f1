import { lognormalQuantile, normalQuantile } from '../../env/physics/lognormal.ts';
import type { PriceBook, ServiceProfile, Workload } from '../../env/types.ts';
import {
  cheapestChoice,
  fitsDeadline,
  lambdaUsdPerRequest,
  strictestDeadlineMs,
  vmCapacityPerSecond,
  vmUsdPerSecond,
} from '../economics.ts';
import { FutureLoad } from './future-load.ts';
import {
  launchedAhead,
  leastSchedule,
  type Schedule,
  type ScheduledPool,
  scheduledCapacity,
  scheduleUsd,
} from './schedule.ts';
import { leastVariants, type VariantTerms, variantStarts } from './variant-schedule.ts';

export interface ForesightKnobs {
  /** A VM is counted on for this share of what it serves with all slots busy. */
  readonly utilization: number;
  /** Share of boots that are over when a VM is counted on. */
  readonly leadQuantile: number;
  /** Time over which waiting evens out arrivals. */
  readonly burstSeconds: number;
  /** Lambda is taken to cost this much times its price. */
  readonly lambdaFactor: number;
}

/** What to do at every decision, knowing all that will arrive. */
export interface Plan {
  readonly load: FutureLoad;
  /** [pool][step] VMs that are to serve. */
  readonly serving: Schedule;
  /** [pool][step] VMs to ask for. */
  readonly asked: Schedule;
  /** [step] */
  readonly variant: Uint8Array;
  /** [variant] The cheapest size that is fast enough. */
  readonly memoryMb: readonly number[];
  /** [variant][class] Time that a request may wait for a VM and still be in time. */
  readonly slackMs: readonly (readonly number[])[];
}

/** Schedules and variants are improved in turns. */
const rounds = 3;

/** @param found [pool] VMs that run or boot at the beginning */
export function foresight(
  profile: ServiceProfile,
  prices: PriceBook,
  future: Workload,
  found: readonly number[],
  knobs: ForesightKnobs,
): Plan {
  const load = new FutureLoad(future, profile.decisionSeconds, knobs.burstSeconds);
  const base = cheapestChoice(profile, prices);
  const tiers = profile.variants.map((_, variant) => tierOf(profile, prices, variant));
  const pools = profile.pools.map((_, pool) => scheduledPool(profile, prices, pool, found[pool] ?? 0, knobs));
  const priceOf = (variant: number, tier: number | null) =>
    tier === null ? null : knobs.lambdaFactor * lambdaUsdPerRequest(profile, prices, variant, tier)!;
  const lambdaUsd = tiers.map((tier, variant) => priceOf(variant, tier));
  const baseUsd = priceOf(base.variant, base.tier)!;
  // Where the router spends the accuracy by itself, a change of the variant would only disturb it.
  const usable = lambdaUsd.map((usd, variant) => (variant === base.variant || !profile.budgets.accuracy ? usd : null));
  usable[base.variant] ??= baseUsd;
  const prepared = usable.map((usd) => usd ?? baseUsd);
  const accuracies = profile.variants.map((one) => one.accuracy);
  const terms = { accuracies, accuracyFloor: profile.accuracyFloor, lambdaUsd: usable };
  const plans = variantStarts(load, terms, base.variant).map((start) => improved(load, pools, terms, prepared, start));
  const { serving, variant } = plans.reduce((best, one) => (one.usd < best.usd ? one : best));
  return {
    load,
    serving,
    asked: serving.map((vms, pool) => launchedAhead(vms, pools[pool]!.leadSteps)),
    variant,
    memoryMb: tiers.map((tier) => profile.lambda.memoryMb[tier ?? base.tier]!),
    slackMs: profile.variants.map((_, one) => slackMs(profile, one)),
  };
}

/** Schedule and variants, each the best for the other, in turns. */
function improved(
  load: FutureLoad,
  pools: readonly ScheduledPool[],
  terms: VariantTerms,
  lambdaUsd: readonly number[],
  start: Uint8Array,
): { serving: Schedule; variant: Uint8Array; usd: number } {
  const plans = [];
  let variant = start;
  for (let round = 0; round < rounds; round++) {
    const serving = leastSchedule(load, pools, { variant, lambdaUsd });
    const capacity = terms.accuracies.map((_, one) =>
      scheduledCapacity(pools, new Uint8Array(load.steps).fill(one), serving),
    );
    variant = leastVariants(load, terms, capacity);
    plans.push({ serving, variant, usd: scheduleUsd(load, pools, { variant, lambdaUsd }, serving) });
  }
  return plans.reduce((best, one) => (one.usd < best.usd ? one : best));
}

function scheduledPool(
  profile: ServiceProfile,
  prices: PriceBook,
  pool: number,
  found: number,
  { utilization, leadQuantile }: ForesightKnobs,
): ScheduledPool {
  const { min, max, boot, drainSeconds, serviceMs } = profile.pools[pool]!;
  const deadlineMs = strictestDeadlineMs(profile);
  const leadSeconds = boot.medianSeconds * Math.exp(boot.sigma * normalQuantile(leadQuantile));
  return {
    min,
    max,
    found,
    usdPerSecond: vmUsdPerSecond(profile, prices, pool),
    leadSteps: Math.ceil(leadSeconds / profile.decisionSeconds - 1e-9),
    drainSeconds,
    perVm: profile.variants.map((_, variant) =>
      fitsDeadline(profile, serviceMs[variant] ?? null, deadlineMs)
        ? (utilization * vmCapacityPerSecond(profile, pool, variant)!) / routedShare(profile, pool, variant)
        : 0,
    ),
  };
}

/**
 * Part of the work that is left where the router spends the accuracy that a variant has over the floor on the smaller one which saves the
 * most; 1 where it does not.
 */
function routedShare(
  { budgets, variants, pools, accuracyFloor }: ServiceProfile,
  pool: number,
  variant: number,
): number {
  if (!budgets.accuracy) return 1;
  const { accuracy } = variants[variant]!;
  const { serviceMs } = pools[pool]!;
  const fullMs = serviceMs[variant]!;
  const shares = variants.map((other, index) => {
    const otherMs = serviceMs[index] ?? null;
    if (otherMs === null || otherMs >= fullMs || other.accuracy >= accuracy) return 1;
    const share = Math.min(1, Math.max(0, accuracy - accuracyFloor) / (accuracy - other.accuracy));
    return 1 - share * (1 - otherMs / fullMs);
  });
  return Math.min(...shares);
}

/** The cheapest size at which a variant is fast enough for every class; null: none. */
function tierOf(profile: ServiceProfile, prices: PriceBook, variant: number): number | null {
  const deadlineMs = strictestDeadlineMs(profile);
  const { serviceMs } = profile.lambda;
  let best: number | null = null;
  for (let tier = 0; tier < profile.lambda.memoryMb.length; tier++) {
    if (!fitsDeadline(profile, serviceMs[variant]?.[tier] ?? null, deadlineMs)) continue;
    const usd = (one: number) => lambdaUsdPerRequest(profile, prices, variant, one)!;
    if (best === null || usd(tier) < usd(best)) best = tier;
  }
  return best;
}

/** [class] Wait for a VM that leaves time for the service that the promised share of requests stays below, on the slowest pool that is fast enough. */
function slackMs(profile: ServiceProfile, variant: number): number[] {
  const { serviceCv, slo } = profile;
  const fast = profile.pools.flatMap(({ serviceMs }) => {
    const meanMs = serviceMs[variant] ?? null;
    return meanMs !== null && fitsDeadline(profile, meanMs, strictestDeadlineMs(profile))
      ? [lognormalQuantile(meanMs, serviceCv, slo.attainment)]
      : [];
  });
  return slo.classes.map(({ deadlineMs }) => Math.max(0, deadlineMs - Math.max(0, ...fast)));
}
