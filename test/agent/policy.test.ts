import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PpoPolicy } from '../../agent/policy.ts';
import type { Actor } from '../../agent/ppo/forward.ts';
import { addOutcomes, emptyOutcome, meanAccuracy } from '../../env/outcome.ts';
import { defaultPrices } from '../../env/prices.ts';
import { Random } from '../../env/random.ts';
import { openSimulator } from '../../env/sim/open.ts';
import type { Action, Decision, Observation, PriceBook, ServiceProfile, Workload } from '../../env/types.ts';
import { createPolicy } from '../../policies/registry.ts';
import { profile as twoPools } from '../controller/fakes.ts';
import { examplePrices, exampleProfile, observation, withRouter } from '../policies/example-service.ts';
import { serviceShape, stubborn, sure, untrainedAgent, withLikings } from './example-agent.ts';

function workload(minutes: readonly number[]): Workload {
  return { name: 'test', stepSeconds: 60, requests: Float64Array.from(minutes, (rate) => 60 * rate), counted: false };
}

/** A walk of the rate, minute by minute, that falls silent at times. */
function walk(seed: number, minutes: number, mean: number): number[] {
  const random = Random.seeded(seed);
  let level = 0;
  return Array.from({ length: minutes }, () => {
    level = 0.97 * level + 0.2 * random.normal();
    return random.uniform() < 0.05 ? 0 : mean * Math.exp(level);
  });
}

/** Lets an untrained agent act in the fluid simulator. */
async function live(
  profile: ServiceProfile,
  prices: PriceBook,
  rates: readonly number[],
  { seed = 1, pools = profile.pools.map((_, index) => index), hasService = true } = {},
): Promise<{ observations: Observation[]; decisions: Decision[] }> {
  const policy = new PpoPolicy('ppo', profile, prices, untrainedAgent(seed, pools, hasService));
  const simulator = openSimulator({ fidelity: 'fluid', profile, prices, workload: workload(rates), seed });
  const observations: Observation[] = [];
  const decisions: Decision[] = [];
  for (let minute = 0; minute < rates.length; minute++) {
    observations.push(await simulator.observe());
    decisions.push(policy.decide(observations.at(-1)!));
    await simulator.step(decisions.at(-1)!.action);
  }
  return { observations, decisions };
}

function expectLegal({ vmCounts, variant, lambdaMemoryMb, spillover }: Action, profile: ServiceProfile): void {
  expect(vmCounts).toHaveLength(profile.pools.length);
  for (const [index, { min, max }] of profile.pools.entries()) {
    expect(Number.isInteger(vmCounts[index])).toBe(true);
    expect(vmCounts[index]).toBeGreaterThanOrEqual(min);
    expect(vmCounts[index]).toBeLessThanOrEqual(max);
  }
  const tier = profile.lambda.memoryMb.indexOf(lambdaMemoryMb);
  expect(profile.lambda.serviceMs[variant]![tier]).not.toBeNull();
  expect(profile.lambda.serviceMs[variant]![tier]).toBeDefined();
  expect(spillover.maxWaitMs).toHaveLength(profile.slo.classes.length);
  for (const wait of spillover.maxWaitMs) if (wait !== null) expect(wait).toBeGreaterThanOrEqual(0);
  expect(spillover.lambdaShare).toBeGreaterThanOrEqual(0);
  expect(spillover.lambdaShare).toBeLessThanOrEqual(1);
}

const small = { ...exampleProfile, pools: [{ ...exampleProfile.pools[0]!, min: 2, max: 9 }] };
const lateAndLossy = { ...twoPools, metrics: { ...twoPools.metrics, delaySeconds: 120, lossProbability: 0.2 } };

describe('the learned policy', () => {
  const services: [string, ServiceProfile, PriceBook][] = [
    ['one pool', exampleProfile, examplePrices],
    ['a narrow pool', small, examplePrices],
    ['a router by weights', withRouter('weights'), examplePrices],
    ['two pools', twoPools, defaultPrices],
    ['two pools with late and lossy metrics', lateAndLossy, defaultPrices],
  ];
  test.each(services)('states what the service allows: %s', async (_, profile, prices) => {
    for (const seed of [1, 2, 3]) {
      const { decisions } = await live(profile, prices, walk(seed, 60, 100), { seed });
      for (const { action } of decisions) expectLegal(action, profile);
    }
  });

  test('acts the same on the same observations', async () => {
    const { observations, decisions } = await live(twoPools, defaultPrices, walk(4, 40, 200));
    const again = new PpoPolicy('ppo', twoPools, defaultPrices, untrainedAgent(1, [0, 1]));
    expect(observations.map((one) => again.decide(one))).toEqual(decisions);
  });

  test('decides where VMs boot in no time', async () => {
    const pools = exampleProfile.pools.map((pool) => ({ ...pool, boot: { medianSeconds: 0, sigma: 0 } }));
    const { decisions } = await live({ ...exampleProfile, pools }, examplePrices, walk(2, 60, 40));
    for (const { action } of decisions) expectLegal(action, exampleProfile);
  });

  test('runs without any demand at all', async () => {
    const { decisions } = await live(twoPools, defaultPrices, new Array<number>(30).fill(0));
    for (const { action, reason } of decisions) {
      expectLegal(action, twoPools);
      expect(reason).not.toMatch(/NaN|undefined|Infinity/);
    }
  });

  test('keeps a fleet that it finds on another pool for two boots at most, and then lets it go for good', async () => {
    for (const pool of [0, 1]) {
      const { decisions } = await live(twoPools, defaultPrices, walk(5, 60, 300), { pools: [pool] });
      const { min } = twoPools.pools[1 - pool]!;
      const others = decisions.map(({ action }) => action.vmCounts[1 - pool]!);
      // Counted from the second decision, as nothing is known at the first.
      const twoBoots = Math.ceil((2 * twoPools.pools[pool]!.boot.medianSeconds) / twoPools.decisionSeconds) + 2;
      expect(new Set(others.slice(twoBoots))).toEqual(new Set([min]));
      const letGoAt = others.indexOf(min);
      expect(new Set(others.slice(letGoAt))).toEqual(new Set([min]));
      expect(new Set(others.slice(0, letGoAt)).size).toBeLessThanOrEqual(1);
    }
  });

  test('with no network for the service takes variant and tier as the rules do, and paces the waits', async () => {
    const { decisions } = await live(exampleProfile, examplePrices, walk(6, 30, 100), { hasService: false });
    const [first] = decisions;
    const { maxWaitMs } = createPolicy('mixed:waitShare=1', exampleProfile, examplePrices).decide(observation({}))
      .action.spillover;
    for (const { action } of decisions) {
      expect({ ...action, vmCounts: [], spillover: null }).toEqual({ ...first!.action, vmCounts: [], spillover: null });
      const shares = action.spillover.maxWaitMs.map((ms, index) => ms! / maxWaitMs[index]!);
      expect(shares[1]).toBeLessThanOrEqual(shares[0]! + 1e-9);
      expect(shares[0]).toBeLessThanOrEqual(1);
    }
    expect(first!.action.spillover.maxWaitMs[0]).toBeCloseTo(0.5 * maxWaitMs[0]!, 9);
    expect(exampleProfile.variants[first!.action.variant]!.accuracy).toBe(exampleProfile.accuracyFloor);
  });

  test('takes rates that are no numbers, or below 0, for absent, and forgets them', () => {
    const sizes = [Number.NaN, Number.POSITIVE_INFINITY, -1, null].map((strange) => {
      const agent = { level: stubborn(true), service: null, pools: [0] };
      const policy = new PpoPolicy('ppo', exampleProfile, examplePrices, agent);
      const rates = strange === null ? {} : { rates: strange };
      const answers = [
        policy.decide(observation({ timeSeconds: 60, rates: 50, ready: 5 })),
        policy.decide(observation({ timeSeconds: 120, ...rates, ready: 5 })),
        policy.decide(observation({ timeSeconds: 180, rates: 50, ready: 5 })),
      ];
      return answers.map(({ action }) => action.vmCounts);
    });
    for (const one of sizes) expect(one).toEqual(sizes.at(-1));
  });

  test('takes an accuracy that is no number for absent', () => {
    const profile = { ...exampleProfile, budgets: { accuracy: true, misses: false } };
    const agent = { level: stubborn(true), service: null, pools: [0] };
    const policy = new PpoPolicy('ppo', profile, examplePrices, agent);
    for (let minute = 0; minute < 20; minute++) {
      const accuracy = { value: minute === 12 ? Number.NaN : 0.85, ageSeconds: 0 };
      const seen = { ...observation({ timeSeconds: 60 * minute, rates: 50, ready: 5 }), accuracy };
      expect(policy.decide(seen).action.vmCounts[0]).toBeGreaterThan(0);
    }
    expect(policy.considered[0]!.answers.features.every(Number.isFinite)).toBe(true);
  });

  test('knows at its first decision what it was told of the past', () => {
    const past = workload([...new Array<number>(50).fill(20), ...new Array<number>(30).fill(200)]);
    const size = (isTold: boolean) => {
      const agent = { level: sure(true), service: null, pools: [0] };
      const policy = new PpoPolicy('ppo', exampleProfile, examplePrices, agent);
      if (isTold) policy.recall(past);
      return policy.decide(observation({ timeSeconds: 60, rates: 20, ready: 2 })).action.vmCounts[0]!;
    };
    // All levels that the last half hour puts in doubt.
    expect(size(true)).toBeGreaterThan(5 * size(false));
  });

  test('follows a network that is sure before it is known to be dear: with one that wants every VM the fleet is larger than the load, with one that wants none smaller', () => {
    const size = (isOn: boolean) => {
      const agent = { level: sure(isOn), service: null, pools: [0] };
      const policy = new PpoPolicy('ppo', exampleProfile, examplePrices, agent);
      return policy.decide(observation({ rates: 200, ready: 20 })).action.vmCounts[0]!;
    };
    expect(size(true)).toBe(32);
    expect(size(false)).toBe(10);
  });
});

describe('without arrivals', () => {
  const policy = () => new PpoPolicy('ppo', twoPools, defaultPrices, untrainedAgent(1, [0, 1]));

  test('holds what is in force', async () => {
    const { observations, decisions } = await live(twoPools, defaultPrices, walk(7, 30, 300));
    const same = policy();
    for (const one of observations) same.decide(one);
    const lastAction = decisions.at(-1)!.action;
    for (let silent = 0; silent < 5; silent++) {
      const { action, reason } = same.decide({ ...observations.at(-1)!, arrivals: null, lastAction });
      expect(action).toEqual(lastAction);
      expect(reason).toMatch(/absent: holding/);
    }
  });

  test('and before any action holds the fleet that was found, as far as the pools allow', () => {
    const found = (ready: number, booting: number) => {
      const pools = [
        { ready, booting },
        { ready: 1, booting: 1 },
      ];
      const seen: Observation = {
        ...observation({ rates: null }),
        pools,
        utilization: [null, null],
      };
      const { action } = policy().decide(seen);
      expectLegal(action, twoPools);
      return action.vmCounts;
    };
    expect(found(4, 2)).toEqual([6, 2]);
    expect(found(0, 0)).toEqual([1, 2]);
    expect(found(90, 0)).toEqual([8, 2]);
  });
});

test('a network that would spend all accuracy does not get the mean below the floor, not even in a surge seen late', async () => {
  const thrifty = withLikings(serviceShape, [0, 0, 0, 1, 2]); // gains credit by the most accurate variant
  const spendthrift = withLikings(serviceShape, [3, 2, 0, 0, 1]);
  const profile = { ...exampleProfile, metrics: { ...exampleProfile.metrics, delaySeconds: 120 } };
  const chosen = new Set<number>();
  // What the first surge gains is nearly spent in the lull when the second one comes.
  for (const second of [110, 150, 190]) {
    const isSurge = (minute: number) => (minute >= 20 && minute < 25) || (minute >= second && minute < second + 5);
    let minute = 0;
    const mood = () => (minute < 30 ? thrifty : spendthrift);
    const logitsBatch: Actor['logitsBatch'] = (seen, count, into) => mood().logitsBatch(seen, count, into);
    const service = { logitsBatch } as Actor;
    const policy = new PpoPolicy('ppo', profile, examplePrices, { level: sure(true), service, pools: [0] });
    const rates = Array.from({ length: second + 10 }, (_, at) => (isSurge(at) ? 150 : 5));
    const simulator = openSimulator({
      fidelity: 'fluid',
      profile,
      prices: examplePrices,
      workload: workload(rates),
      seed: second,
    });
    let total = emptyOutcome(profile);
    for (; minute < rates.length; minute++) {
      const { action } = policy.decide(await simulator.observe());
      chosen.add(action.variant);
      total = addOutcomes(total, await simulator.step(action));
      expect(meanAccuracy(total)).toBeGreaterThanOrEqual(profile.accuracyFloor - 1e-9);
    }
  }
  expect([...chosen].sort()).toEqual([0, 1, 2]);
});

test('a reason is a sentence that says the demand, the votes and the fleet in numbers', async () => {
  const { decisions } = await live(twoPools, defaultPrices, new Array<number>(20).fill(100));
  const last = decisions.at(-1)!;
  const [cpu, gpu] = last.action.vmCounts;
  expect(last.reason).toMatch(/^demand [\d.]+ req\/s; /);
  expect(last.reason).toMatch(new RegExp(`cpu: .*, so ${cpu} VMs \\(\\d+ ready, \\d+ booting\\)`));
  expect(last.reason).toMatch(new RegExp(`gpu: .*, so ${gpu} VMs \\(\\d+ ready, \\d+ booting\\)`));
  expect(last.reason).toContain(
    `${twoPools.variants[last.action.variant]!.name}, Lambda ${last.action.lambdaMemoryMb} MB`,
  );
});

test('two policies with one network decide alike, whatever the demand and its gaps', () => {
  const rates = fc.array(fc.oneof(fc.constant(null), fc.double({ min: 0, max: 500, noNaN: true })), { maxLength: 20 });
  fc.assert(
    fc.property(rates, (minutes) => {
      const decide = () => {
        const policy = new PpoPolicy('p', exampleProfile, examplePrices, untrainedAgent(3, [0]));
        return minutes.map((one, minute) => policy.decide(observation({ timeSeconds: 60 * minute, rates: one })));
      };
      const decisions = decide();
      expect(decide()).toEqual(decisions);
      for (const { action } of decisions) expectLegal(action, exampleProfile);
    }),
    { numRuns: 30 },
  );
});
