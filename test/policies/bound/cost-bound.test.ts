import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PriceBook, ServiceProfile, Workload } from '../../../env/types.ts';
import type { VmPool } from '../../../env/vm-pool.ts';
import { costBound } from '../../../policies/bound/cost-bound.ts';
import { ladderOf } from '../../../policies/bound/ladder.ts';
import { lambdaUsdPerRequest, vmCapacityPerSecond, vmUsdPerSecond } from '../../../policies/economics.ts';
import { examplePool, examplePrices, exampleProfile } from '../example-service.ts';

/** One class, two variants, one tier, and boots of a given length: small enough to try everything. */
function tinyService(overrides: {
  pools?: VmPool[];
  boot?: number;
  drain?: number;
  ratio?: number;
  attainment?: number;
  floor?: number;
}): {
  profile: ServiceProfile;
  prices: PriceBook;
} {
  const { boot = 90, drain = 0, ratio = 2, attainment = 0.9, floor = 0.75 } = overrides;
  const pool = {
    ...examplePool,
    min: 0,
    max: 2,
    boot: { medianSeconds: boot, sigma: 0 },
    drainSeconds: drain,
    serviceMs: [50, 100],
  };
  const profile: ServiceProfile = {
    ...exampleProfile,
    slo: { attainment, classes: [{ name: 'all', share: 1, deadlineMs: 500 }] },
    accuracyFloor: floor,
    variants: [
      { name: 'small', accuracy: 0.7 },
      { name: 'large', accuracy: 0.8 },
    ],
    pools: overrides.pools ?? [pool],
    lambda: { ...exampleProfile.lambda, memoryMb: [1024], serviceMs: [[50], [100]], coldStartMs: [[0], [0]] },
  };
  return { profile, prices: { ...examplePrices, lambdaUsdPerGbSecond: 0.01 * ratio } };
}

function workloadOf(rates: readonly number[], stepSeconds = 60): Workload {
  const requests = Float64Array.from(rates, (rate) => rate * stepSeconds);
  return { name: 'made up', stepSeconds, requests, counted: false };
}

test('a constant load costs the full VMs and the cheaper of one more and Lambda', () => {
  const { profile, prices } = tinyService({ floor: 0.8 });
  const hour = (rate: number) => costBound(profile, prices, workloadOf(new Array(60).fill(rate)), { missShare: 0 }).usd;
  const expectHour = (rate: number, usd: number) => {
    expect(hour(rate)).toBeLessThanOrEqual(usd + 1e-6);
    // In the first and the last step the bound lets a VM go that serves only a part of it.
    expect(hour(rate)).toBeGreaterThanOrEqual(usd - 2 * 0.6);
  };
  expectHour(10, 36);
  // A second VM used at 30 % costs 36 dollars an hour; Lambda takes that work for 0.3 × 2 × 36.
  expectHour(13, 36 + 21.6);
  expectHour(18, 72);
  // Beyond the pool's maximum there is Lambda only.
  expectHour(25, 72 + 36);
});

test('a spike is served by Lambda where that costs less than a launch', () => {
  const { profile, prices } = tinyService({ floor: 0.8, ratio: 2 });
  const bound = (rates: number[]) => costBound(profile, prices, workloadOf(rates), { missShare: 0 }).usd;
  const quiet = bound([10, 10, 10, 10, 10, 10, 10]);
  // 60 s of a VM on Lambda cost 1.20 dollars, a launch and a minute 0.90 + 0.60.
  expect(bound([10, 10, 10, 20, 10, 10, 10]) - quiet).toBeCloseTo(1.2, 6);
  // Three minutes cost 3.60 on Lambda, and 0.90 + 1.80 on a VM.
  expect(bound([10, 10, 20, 20, 20, 10, 10]) - quiet).toBeCloseTo(2.7, 6);
});

test('the misses that the promise allows are taken where they save the most, and never more of them', () => {
  const { profile, prices } = tinyService({ floor: 0.8, attainment: 0.9 });
  const rates = new Array(60).fill(10);
  // On a flat load any tenth of the work is as good as another: the rest of the VM would stand idle, so Lambda cannot be the saving.
  const { usd, multipliers } = costBound(profile, prices, workloadOf(rates));
  expect(usd).toBeLessThan(36);
  expect(usd).toBeGreaterThanOrEqual(36 * 0.9 * 0.999);
  expect(multipliers.missUsd).toBeGreaterThan(0);
  expect(costBound(profile, prices, workloadOf(rates), { missShare: 1 }).usd).toBeCloseTo(0, 9);
});

test('a floor between two variants costs the mixture that just meets it', () => {
  const rates = new Array(60).fill(20);
  const bound = (floor: number) => {
    const { profile, prices } = tinyService({ floor });
    return costBound(profile, prices, workloadOf(rates), { missShare: 0 }).usd;
  };
  // 20 req/s keep one VM busy with the small variant, two with the large one.
  expect(bound(0.7)).toBeCloseTo(36, 4);
  expect(bound(0.8)).toBeCloseTo(72, 4);
  expect(bound(0.75)).toBeGreaterThan(36);
  expect(bound(0.75)).toBeLessThan(72);
});

test('several pools together bound lower than each of them alone', () => {
  const { profile, prices } = tinyService({ floor: 0.8 });
  const [cpu] = profile.pools;
  const gpu: VmPool = {
    ...cpu!,
    name: 'gpu',
    instanceType: 'large',
    serviceMs: [20, 22],
    boot: { medianSeconds: 300, sigma: 0 },
  };
  const rates = Array.from({ length: 60 }, (_, minute) => 30 + 20 * Math.sin(minute / 5));
  const bound = (pools: VmPool[]) => costBound({ ...profile, pools }, prices, workloadOf(rates));
  const both = bound([cpu!, gpu]);
  expect(both.kind).toBe('pooled');
  expect(both.usd).toBeLessThanOrEqual(bound([cpu!]).usd + 1e-9);
  expect(both.usd).toBeLessThanOrEqual(bound([gpu]).usd + 1e-9);
  expect(both.usd).toBeGreaterThan(0.5 * Math.min(bound([cpu!]).usd, bound([gpu]).usd));
});

test('the fleet that pools keep at their minimum is paid for', () => {
  const { profile, prices } = tinyService({});
  const standing = { ...profile, pools: [{ ...profile.pools[0]!, min: 1 }] };
  expect(costBound(standing, prices, workloadOf(new Array(60).fill(0))).usd).toBeCloseTo(36, 9);
});

test('several pools kept at their minimum are cut into no more levels than asked for, be it that next to nothing comes', () => {
  const { profile, prices } = tinyService({});
  const kept = { ...profile.pools[0]!, min: 1 };
  const pools = [kept, { ...kept, name: 'second' }];
  for (const rate of [0, 1e-6]) {
    expect(ladderOf({ ...profile, pools }, prices, rate, { fine: 100 }).standing).toBeLessThanOrEqual(100);
    const { usd } = costBound({ ...profile, pools }, prices, workloadOf(new Array(60).fill(rate)));
    expect(usd).toBeGreaterThan(0.98 * 72);
    expect(usd).toBeLessThanOrEqual(72 + 60 * rate + 1e-9);
  }
});

test('a part of a workload is bounded as that part alone', () => {
  const { profile, prices } = tinyService({});
  const rates = Array.from({ length: 90 }, (_, minute) => 12 + 10 * Math.sin(minute / 7));
  const part = costBound(profile, prices, workloadOf(rates), { fromSeconds: 600, toSeconds: 3630 });
  const alone = costBound(profile, prices, workloadOf([...rates.slice(10, 60), rates[60]! / 2]));
  expect(part.requests).toBeCloseTo(alone.requests, 6);
  // They differ in the last minute: half of it at full load, or all of it at half the load.
  expect(Math.abs(part.usd - alone.usd)).toBeLessThan(0.6);
});

/** A plan in half steps: VMs, and in quarters of the demand what is done with it. */
type Way = 'vm small' | 'vm large' | 'lambda small' | 'lambda large' | 'miss';
const ways: readonly Way[] = ['vm small', 'vm large', 'lambda small', 'lambda large', 'miss'];

function everyChoice<Item>(items: readonly Item[], length: number): Item[][] {
  if (length === 0) return [[]];
  return everyChoice(items, length - 1).flatMap((rest) => items.map((item) => [...rest, item]));
}

/** The cheapest way to deal with each half step, for each fleet size: cost of Lambda, misses, accuracy lacking. */
function dealings(profile: ServiceProfile, prices: PriceBook, rate: number, vms: number, chunks: number) {
  const chunk = (rate * 30) / chunks;
  return everyChoice(ways, chunks).flatMap((plan) => {
    const amount = (way: Way) => plan.filter((one) => one === way).length * chunk;
    const busy =
      amount('vm small') / vmCapacityPerSecond(profile, 0, 0)! +
      amount('vm large') / vmCapacityPerSecond(profile, 0, 1)!;
    if (busy > 30 * vms + 1e-9) return [];
    const usd =
      amount('lambda small') * lambdaUsdPerRequest(profile, prices, 0, 0)! +
      amount('lambda large') * lambdaUsdPerRequest(profile, prices, 1, 0)!;
    const lack =
      (amount('vm small') + amount('lambda small')) * (profile.accuracyFloor - 0.7) +
      (amount('vm large') + amount('lambda large')) * (profile.accuracyFloor - 0.8);
    return [{ usd, missed: amount('miss'), lack }];
  });
}

/** Tries every fleet and every dealing of every half step; boots are instant to a clairvoyant, and billed. */
function bestByBruteForce(
  profile: ServiceProfile,
  prices: PriceBook,
  rates: readonly number[],
  chunks: number,
): number {
  const requests = rates.reduce((sum, rate) => sum + 30 * rate, 0);
  const budget = (1 - profile.slo.attainment) * requests + 1e-9;
  const price = vmUsdPerSecond(profile, prices, 0);
  let best = Number.POSITIVE_INFINITY;
  for (const fleet of everyChoice([0, 1, 2], rates.length)) {
    const launches = fleet.reduce((sum, vms, step) => sum + Math.max(0, vms - (fleet[step - 1] ?? vms)), 0);
    const stops = fleet.reduce((sum, vms, step) => sum + Math.max(0, (fleet[step - 1] ?? vms) - vms), 0);
    const { boot, drainSeconds } = profile.pools[0]!;
    const ranSeconds = 30 * fleet.reduce((sum, vms) => sum + vms, 0);
    const vmUsd = price * (ranSeconds + launches * boot.medianSeconds + stops * drainSeconds);
    let plans = [{ usd: vmUsd, missed: 0, lack: 0 }];
    for (const [step, rate] of rates.entries()) {
      const steps = dealings(profile, prices, rate, fleet[step]!, chunks);
      plans = undominated(
        plans.flatMap((plan) =>
          steps.map((one) => ({
            usd: plan.usd + one.usd,
            missed: plan.missed + one.missed,
            lack: plan.lack + one.lack,
          })),
        ),
      ).filter((plan) => plan.missed <= budget);
    }
    for (const plan of plans) if (plan.lack <= 1e-9) best = Math.min(best, plan.usd);
  }
  return best;
}

interface Plan {
  readonly usd: number;
  readonly missed: number;
  readonly lack: number;
}

/** Drops what another plan beats in every respect. */
function undominated(plans: readonly Plan[]): Plan[] {
  const sorted = [...plans].sort((a, b) => a.usd - b.usd || a.missed - b.missed || a.lack - b.lack);
  const kept: Plan[] = [];
  for (const plan of sorted) {
    const isBeaten = kept.some((one) => one.missed <= plan.missed + 1e-12 && one.lack <= plan.lack + 1e-12);
    if (!isBeaten) kept.push(plan);
  }
  return kept;
}

test('no plan of a search over all fleets, variants and misses beats the bound, not even one that switches within steps', () => {
  const service = fc.record({
    boot: fc.constantFrom(0, 20, 60, 90, 180),
    drain: fc.constantFrom(0, 30),
    ratio: fc.double({ min: 0.5, max: 6, noNaN: true }),
    attainment: fc.constantFrom(0.7, 0.9, 0.99),
    floor: fc.constantFrom(0.7, 0.725, 0.75, 0.8),
  });
  const halves = fc.array(fc.double({ min: 0, max: 30, noNaN: true }), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(service, halves, (overrides, rates) => {
      const { profile, prices } = tinyService(overrides);
      const bound = costBound(profile, prices, workloadOf(rates, 30), { stepSeconds: 60 });
      const best = bestByBruteForce(profile, prices, rates, 2);
      expect(bound.usd).toBeLessThanOrEqual(best * (1 + 1e-9) + 1e-9);
    }),
    { numRuns: 40 },
  );
});

test('the divisible pool of several never costs more than a fleet of one of them', () => {
  const halves = fc.array(fc.double({ min: 0, max: 30, noNaN: true }), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(halves, fc.double({ min: 1, max: 5, noNaN: true }), (rates, ratio) => {
      const { profile, prices } = tinyService({ ratio });
      const slow: VmPool = { ...profile.pools[0]!, name: 'slow', serviceMs: [80, 90] };
      const both = { ...profile, pools: [profile.pools[0]!, slow] };
      const bound = costBound(both, prices, workloadOf(rates, 30), { stepSeconds: 60 });
      expect(bound.usd).toBeLessThanOrEqual(bestByBruteForce(profile, prices, rates, 2) * (1 + 1e-9) + 1e-9);
    }),
    { numRuns: 15 },
  );
});
