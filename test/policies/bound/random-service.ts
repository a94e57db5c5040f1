import type { Random } from '../../../env/random.ts';
import type { SpotTerms } from '../../../env/spot-terms.ts';
import type { Action, Policy, PriceBook, ServiceProfile, Workload } from '../../../env/types.ts';
import type { VmPool } from '../../../env/vm-pool.ts';
import { examplePool, examplePrices, exampleProfile } from '../example-service.ts';

export function pick<Item>(random: Random, items: readonly Item[]): Item {
  return items[Math.floor(random.uniform() * items.length)]!;
}

export interface Spread {
  readonly serviceCv: number;
  readonly bootSigma: number;
  /** Absent: on demand. */
  readonly spot?: SpotTerms;
}

/** One or two pools, one to three variants, one or two classes: what can be told in a line each is drawn. */
export function randomService(random: Random, { serviceCv, bootSigma, spot }: Spread): ServiceProfile {
  const variants = [
    { name: 'tiny', accuracy: 0.7 },
    { name: 'middle', accuracy: 0.8 },
    { name: 'big', accuracy: 0.9 },
  ].slice(0, pick(random, [1, 2, 3]));
  const base = pick(random, [20.5, 50, 100.3]);
  const grows = variants.map((_, variant) => base * (1 + variant * pick(random, [0.3, 1])));
  const pool = (name: string, instanceType: string, speed: number): VmPool => ({
    ...examplePool,
    name,
    instanceType,
    min: pick(random, [0, 0, 1]),
    max: 12,
    slots: pick(random, [1, 2]),
    boot: { medianSeconds: pick(random, [20, 60, 130]), sigma: bootSigma },
    drainSeconds: pick(random, [0, 0, 25]),
    serviceMs: grows.map((ms) => ms / speed),
    spot,
  });
  const tiers = pick(random, [[1024], [512, 1024]]);
  const strict = { name: 'strict', share: 0.5, deadlineMs: pick(random, [150, 500]) };
  return {
    ...exampleProfile,
    decisionSeconds: pick(random, [20, 60]),
    slo: { attainment: 0.95, classes: [strict, { name: 'relaxed', share: 0.5, deadlineMs: 2000 }] },
    accuracyFloor: variants[0]!.accuracy,
    variants,
    serviceCv,
    pools: [pool('cpu', 'small', 1), ...(random.uniform() < 0.4 ? [pool('gpu', 'large', 5)] : [])],
    lambda: {
      ...exampleProfile.lambda,
      memoryMb: tiers,
      serviceMs: grows.map((ms) => tiers.map((mb) => (ms * pick(random, [0.8, 1, 1.2]) * 1024) / mb)),
      coldStartMs: grows.map(() => tiers.map(() => pick(random, [0, 900]))),
      batchMarginal: pick(random, [0.3, 1]),
    },
    clientTimeoutMs: 5000,
  };
}

export function randomPrices(random: Random): PriceBook {
  return { ...examplePrices, lambdaUsdPerGbSecond: pick(random, [0.012, 0.02, 0.05]), lambdaUsdPerRequest: 0.0001 };
}

/** Ten minutes of whole counts: flat, in steps, or with a spike. */
export function randomWorkload(random: Random): Workload {
  const most = pick(random, [8, 20, 40]);
  const kind = pick(random, ['flat', 'steps', 'spike']);
  let level = random.uniform() * most;
  const requests = Float64Array.from({ length: 60 }, (_, bin) => {
    if (kind === 'steps' && bin % 6 === 0) level = random.uniform() * most;
    const isSpike = kind === 'spike' && bin >= 20 && bin < 30;
    return Math.round(10 * (isSpike ? 2 * level : level));
  });
  return { name: kind, stepSeconds: 10, requests, counted: true };
}

/** Does this or that: a fixed fleet, a fleet that just carries what comes, or anything at every decision; it may know the future. */
export function randomPolicy(random: Random, profile: ServiceProfile, workload: Workload): Policy {
  const style = pick(random, ['fixed', 'hot', 'hot', 'any']);
  const variant = Math.floor(random.uniform() * profile.variants.length);
  const leader = Math.floor(random.uniform() * profile.pools.length);
  const aheadSeconds = pick(random, [0, 60, 120]);
  const heat = pick(random, [0.7, 1, 1, 1.1, 1.3]);
  const maxWaitMs = pick(random, [null, 0, 100, 1500]);
  const memoryMb = pick(random, profile.lambda.memoryMb);
  const batch = random.uniform() < 0.2 ? { lambdaBatch: { size: 4, timeoutMs: 200 } } : {};
  const provisioned = random.uniform() < 0.2 ? { lambdaProvisioned: 2 } : {};
  const fixed = Math.floor(random.uniform() * 6);
  const { slots, serviceMs } = profile.pools[leader]!;
  const perVm = (1000 * slots) / serviceMs[variant]!;
  const rateAt = (seconds: number) => (workload.requests[Math.floor(seconds / 10)] ?? 0) / 10;
  const wish = (seconds: number) => {
    if (style === 'fixed') return fixed;
    if (style === 'any') return Math.floor(random.uniform() * 8);
    return Math.ceil(Math.max(rateAt(seconds), rateAt(seconds + aheadSeconds)) / (heat * perVm) - 1e-9);
  };
  return {
    name: style,
    decide({ timeSeconds }) {
      const vms = wish(timeSeconds);
      const action: Action = {
        variant: style === 'any' ? Math.floor(random.uniform() * profile.variants.length) : variant,
        vmCounts: profile.pools.map(({ min, max }, pool) =>
          pool === leader ? Math.min(max, Math.max(min, vms)) : min,
        ),
        lambdaMemoryMb: memoryMb,
        spillover: { maxWaitMs: profile.slo.classes.map(() => maxWaitMs), lambdaShare: 0 },
        ...batch,
        ...provisioned,
      };
      return { action, reason: style };
    },
  };
}
