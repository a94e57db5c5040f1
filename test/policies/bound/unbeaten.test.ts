import { expect, test } from 'vitest';
import { meanAccuracy, totalRequests, totalUsd } from '../../../env/outcome.ts';
import { Random } from '../../../env/random.ts';
import { type Fidelity, openSimulator } from '../../../env/sim/open.ts';
import type { SpotTerms } from '../../../env/spot-terms.ts';
import type { Action, Outcome, Policy, PriceBook, ServiceProfile, Workload } from '../../../env/types.ts';
import { durationSeconds } from '../../../env/workload/duration.ts';
import { costBound } from '../../../policies/bound/cost-bound.ts';
import { runPolicy } from '../../../policies/evaluation/run.ts';
import { examplePool, examplePrices, exampleProfile } from '../example-service.ts';
import { pick, randomPolicy, randomPrices, randomService, randomWorkload, type Spread } from './random-service.ts';

const draws = process.env['SPILLWAY_DRAWS'] ?? '1';
/** The same services in every run of the tests; SPILLWAY_DRAWS=17 draws others, SPILLWAY_DRAWS=fresh some that nobody has seen (test/drawn-cases.ts). */
const drawn = draws === 'fresh' ? `${Date.now()} ` : draws === '1' ? '' : `${draws} `;

/** A service, its prices and its load. */
interface World {
  readonly profile: ServiceProfile;
  readonly prices: PriceBook;
  readonly workload: Workload;
  readonly fidelity: Fidelity;
}

interface Run extends World {
  readonly policy: Policy;
  readonly seed: number;
  readonly initialVms: readonly number[];
}

async function outcomeOf(run: Run): Promise<Outcome> {
  const { profile, policy } = run;
  const decisions = durationSeconds(run.workload) / profile.decisionSeconds;
  const environment = openSimulator(run);
  return (await runPolicy({ profile, policy, environment, decisions, warmUpSeconds: 0, keepsTimeline: false })).outcome;
}

/** Of all requests; one that is still inside at the end counts as missed. */
function missShareOf(outcome: Outcome): number {
  const inTime = outcome.classes.reduce((sum, one) => sum + one.inTime, 0);
  return Math.min(1, Math.max(0, 1 - inTime / totalRequests(outcome)));
}

/** The bound at the misses and the accuracy of a run. */
function boundOf({ profile, prices, workload }: World, outcome: Outcome): number {
  const accuracyFloor = (meanAccuracy(outcome) ?? 0) - 1e-12;
  return costBound({ ...profile, accuracyFloor }, prices, workload, {
    missShare: missShareOf(outcome),
    provisions: true,
  }).usd;
}

/** Nobody who misses nothing, and answers by the most accurate variant, needs to spend less. */
function highestBound({ profile, prices, workload }: World): number {
  const accuracyFloor = profile.variants.at(-1)!.accuracy;
  return costBound({ ...profile, accuracyFloor }, prices, workload, { missShare: 0, provisions: true }).usd;
}

function randomRun(random: Random, world: World, seed: number): Run {
  const { profile, workload } = world;
  const initialVms = profile.pools.map(({ min }) => min + pick(random, [0, 0, 1, 3]));
  return { ...world, policy: randomPolicy(random, profile, workload), seed, initialVms };
}

function randomWorld(random: Random, fidelity: Fidelity, spread: Spread): World {
  return {
    profile: randomService(random, spread),
    prices: randomPrices(random),
    workload: randomWorkload(random),
    fidelity,
  };
}

const slack = 1e-9;

test.each([
  ['fluid', 1, 110, 0.3],
  ['fluid', 111, 220, 0.3],
  ['request-level', 1, 70, 0],
] as const)(
  'no run costs less than the bound at its own misses and accuracy: %s, random services %d to %d, six random policies on each',
  async (fidelity, first, last, serviceCv) => {
    let closest = Number.POSITIVE_INFINITY;
    for (let seed = first; seed <= last; seed++) {
      const random = Random.seeded(seed, `${drawn}${fidelity}`);
      const world = randomWorld(random, fidelity, { serviceCv, bootSigma: 0 });
      const highest = highestBound(world);
      for (let one = 0; one < 6; one++) {
        const run = randomRun(random, world, seed);
        const outcome = await outcomeOf(run);
        const usd = totalUsd(outcome);
        if (totalRequests(outcome) === 0 || usd >= highest * 1.2) continue;
        const bound = boundOf(world, outcome);
        expect(usd, `${run.policy.name} of service ${drawn}${seed}`).toBeGreaterThanOrEqual(
          bound * (1 - slack) - slack,
        );
        if (bound > 0.1) closest = Math.min(closest, usd / bound);
      }
    }
    // Some reach it, so that the law has teeth.
    expect(closest).toBeLessThan(1.02);
  },
);

const restless: SpotTerms = {
  interruptionsPerHour: 20,
  noticeSeconds: 20,
  priceShare: 0.6,
  waves: { share: 0.5, reach: 0.5, shortageSeconds: 60 },
};

test.each([
  ['fluid', 40, 0.3],
  ['request-level', 25, 0],
] as const)(
  'nor does it where VMs are on spot, and taken back before they would have gone: %s, %d random services, six random policies on each',
  async (fidelity, services, serviceCv) => {
    let interruptions = 0;
    for (let seed = 1; seed <= services; seed++) {
      const random = Random.seeded(seed, `${drawn}spot ${fidelity}`);
      const world = randomWorld(random, fidelity, { serviceCv, bootSigma: 0, spot: restless });
      const highest = highestBound(world);
      for (let one = 0; one < 6; one++) {
        const run = randomRun(random, world, seed);
        const outcome = await outcomeOf(run);
        interruptions += outcome.interruptions;
        const usd = totalUsd(outcome);
        if (totalRequests(outcome) === 0 || usd >= highest * 1.2) continue;
        const bound = boundOf(world, outcome);
        expect(usd, `${run.policy.name} of service ${drawn}${seed}`).toBeGreaterThanOrEqual(
          bound * (1 - slack) - slack,
        );
      }
    }
    expect(interruptions).toBeGreaterThan(services);
  },
);

test('where chance rules, in service times and boots, all runs together cost no less than their bounds together', async () => {
  let usd = 0;
  let bound = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const random = Random.seeded(seed, `${drawn}chance`);
    const world = randomWorld(random, 'request-level', { serviceCv: 0.5, bootSigma: 0.4 });
    const outcome = await outcomeOf(randomRun(random, world, seed));
    usd += totalUsd(outcome);
    bound += boundOf(world, outcome);
  }
  expect(usd).toBeGreaterThan(bound);
});

/** One pool of VMs that serve ten requests a second, at 2.4 dollars for ten minutes each, and a flat load that fills two of them. */
const flat = { name: 'flat', stepSeconds: 10, requests: new Float64Array(60).fill(200), counted: true };
const base: World = {
  profile: {
    ...exampleProfile,
    decisionSeconds: 60,
    accuracyFloor: 0.8,
    slo: { attainment: 0.99, classes: [{ name: 'all', share: 1, deadlineMs: 60_000 }] },
    variants: [{ name: 'only', accuracy: 0.8 }],
    pools: [{ ...examplePool, min: 0, serviceMs: [100] }],
    lambda: { ...exampleProfile.lambda, memoryMb: [1024], serviceMs: [[100]], coldStartMs: [[0]] },
  },
  prices: examplePrices,
  workload: flat,
  fidelity: 'request-level',
};

function always(vms: number, maxWaitMs: number | null, memoryMb = 1024): Policy {
  const action: Action = {
    variant: 0,
    vmCounts: [vms],
    lambdaMemoryMb: memoryMb,
    spillover: { maxWaitMs: [maxWaitMs], lambdaShare: 0 },
  };
  return { name: 'always', decide: () => ({ action, reason: 'always' }) };
}

const run = (world: World, policy: Policy, vms: number) => outcomeOf({ ...world, policy, seed: 1, initialVms: [vms] });

test('trap 1: a fleet that runs hot costs less than a bound of safe capacity, and not less than the bound', async () => {
  const outcome = await run(base, always(2, null), 2);
  expect(missShareOf(outcome)).toBeLessThan(0.01);
  const safe = { ...base.profile, pools: [{ ...base.profile.pools[0]!, serviceMs: [100 / 0.8] }] };
  expect(totalUsd(outcome)).toBeLessThan(costBound(safe, base.prices, flat).usd);
  expect(totalUsd(outcome)).toBeGreaterThanOrEqual(costBound(base.profile, base.prices, flat).usd);
});

test('trap 2: a fleet that is too small costs less than the bound at the promise, and not less than the bound at its misses', async () => {
  const profile = {
    ...base.profile,
    slo: { ...base.profile.slo, classes: [{ name: 'all', share: 1, deadlineMs: 2000 }] },
  };
  const world = { ...base, profile: { ...profile, clientTimeoutMs: 1500 } };
  const outcome = await run(world, always(1, null), 1);
  expect(missShareOf(outcome)).toBeGreaterThan(0.4);
  expect(totalUsd(outcome)).toBeLessThan(costBound(world.profile, base.prices, flat).usd);
  expect(totalUsd(outcome)).toBeGreaterThanOrEqual(boundOf(world, outcome));
  expect(costBound(world.profile, base.prices, flat, { missShare: 1 }).usd).toBeCloseTo(0, 9);
});

test('trap 3: the bound bills whole milliseconds at the cheapest memory size, to the cent where all goes to Lambda', async () => {
  const lambda = { ...base.profile.lambda, memoryMb: [512, 1024], serviceMs: [[150.2, 90.4]], coldStartMs: [[0, 0]] };
  // A batch of two would be late.
  const slo = { attainment: 0.99, classes: [{ name: 'all', share: 1, deadlineMs: 170 }] };
  const profile = { ...base.profile, slo, pools: [{ ...base.profile.pools[0]!, max: 0 }], lambda };
  const world = { ...base, profile };
  const cheap = totalUsd(await run(world, always(0, 0, 512), 0));
  const dear = totalUsd(await run(world, always(0, 0, 1024), 0));
  const { usd } = costBound(profile, base.prices, flat, { missShare: 0 });
  expect(usd).toBeCloseTo((12_000 * 0.151 * 0.02) / 2, 9);
  expect(cheap).toBeCloseTo(usd, 9);
  expect(dear).toBeGreaterThan(usd);
});

test('trap 4: whatever fleet a run begins and ends with, what it needs not pay is free in the bound too', async () => {
  const usd = costBound(base.profile, base.prices, flat).usd;
  for (const vms of [2, 3, 6]) {
    // The fleet that is found is not paid for, and what still runs at the end is not stopped.
    const kept = await run(base, always(2, null), vms);
    expect(missShareOf(kept)).toBeLessThan(0.01);
    expect(totalUsd(kept)).toBeGreaterThanOrEqual(usd);
  }
  const launched = await run(base, always(2, 0), 0);
  expect(totalUsd(launched)).toBeGreaterThan(usd);
});
