import { beforeAll, describe, expect, test } from 'vitest';
import { Familiarity } from '../../agent/familiarity.ts';
import { familiarBounds, RangeMeter } from '../../agent/feature-ranges.ts';
import { PpoPolicy } from '../../agent/policy.ts';
import { Actor } from '../../agent/ppo/forward.ts';
import { agentPolicy, loadAgent, type SavedAgent } from '../../agent/saved-agent.ts';
import { Ladder } from '../../controller/ladder.ts';
import { defaultLimits } from '../../env/guardrails/limits.ts';
import { defaultPrices } from '../../env/prices.ts';
import { readProfile } from '../../env/profile.ts';
import { Random } from '../../env/random.ts';
import { openSimulator } from '../../env/sim/open.ts';
import type { PriceBook, ServiceProfile } from '../../env/types.ts';
import { readWorkload } from '../../env/workload/reference.ts';
import { vmCapacityPerSecond } from '../../policies/economics.ts';
import { createPolicy } from '../../policies/registry.ts';
import { settingOf } from '../../policies/setting.ts';
import { profile as twoPools } from '../controller/fakes.ts';
import { examplePrices, exampleProfile, observation } from '../policies/example-service.ts';
import { levelShape, untrained, untrainedAgent } from './example-agent.ts';

const names = ['load', 'price'];

function familiarity(): Familiarity {
  return new Familiarity({ least: [0, 1], low: [0, 1], high: [10, 2], most: [10, 3] }, names);
}

/** Doubts of decisions in a row, each of which saw these rows. */
function doubts(decisions: readonly (readonly number[])[]): (string | null)[] {
  const one = familiarity();
  return decisions.map((rows) => {
    one.look(Float32Array.from(rows), rows.length / 2);
    return one.doubt();
  });
}

describe('what a network sees', () => {
  test('is familiar within its ranges and a little beyond, and is not doubted for one strange decision', () => {
    expect(
      doubts([
        [0, 1, 10.4, 3],
        [99, 1],
        [5, 2],
        [5, 2],
        [5, 2],
      ]),
    ).toEqual([null, null, null, null, null]);
  });

  test('is doubted from the third strange decision in a row on, with the feature by name', () => {
    const told = doubts([
      [5, 2, 99, 1],
      [99, 1],
      [99, 1],
      [5, 2],
    ]);
    expect(told.map((one) => one !== null)).toEqual([false, false, true, false]);
    expect(told[2]).toContain('load is 99, trained on 0 to 10');
  });

  test('is strange where it is no number', () => {
    expect(
      doubts([
        [Number.NaN, 1],
        [5, Number.NaN],
        [Number.NaN, 1],
      ])[2],
    ).toContain('load is NaN');
  });

  test('is measured row by row: extremes of all, quantiles that a few strays do not move', () => {
    const rows = Float32Array.from({ length: 20_000 }, (_, at) => (at === 5000 ? 500 : Random.seeded(at).uniform()));
    const meter = new RangeMeter(1, 20_000);
    meter.take(rows, 20_000);
    const ranges = meter.ranges();
    expect(ranges.most).toEqual([500]);
    expect(ranges.high[0]).toBeLessThan(1);
    expect(familiarBounds(ranges).most[0]).toBeCloseTo(500.05, 1);
  });
});

describe('the agent that ships', () => {
  let saved: SavedAgent;
  let profile: ServiceProfile;
  beforeAll(async () => {
    saved = await loadAgent('checkpoints/default');
    profile = await readProfile('examples/rho/2.5.yaml');
  });

  /** Decisions at which it doubts itself, of five: two more make it sure. */
  async function doubted(service: ServiceProfile, prices: PriceBook, mean = 100): Promise<number> {
    const policy = agentPolicy('ppo', saved, service, prices);
    const workload = await readWorkload(`constant:mean=${mean},hours=1`);
    const simulator = openSimulator({ fidelity: 'fluid', profile: service, prices, workload, seed: 1 });
    let count = 0;
    for (let decision = 0; decision < 5; decision++) {
      await simulator.step(policy.decide(await simulator.observe()).action);
      if (policy.trust() !== null) count++;
    }
    return count;
  }

  test('does not doubt itself on a service that it was trained for', async () => {
    expect(await doubted(profile, defaultPrices)).toBe(0);
  });

  test('doubts itself on a service that makes no sense: prices a hundredfold, latencies fiftyfold, rates far beyond', async () => {
    const usdPerHour = Object.fromEntries(
      Object.entries(defaultPrices.usdPerHour).map(([type, usd]) => [type, 100 * usd]),
    );
    const dear = { ...defaultPrices, usdPerHour };
    const pools = profile.pools.map((pool) => ({ ...pool, serviceMs: pool.serviceMs.map((one) => one && 50 * one) }));
    const { vmPerSecond } = settingOf(profile, defaultPrices);
    const large = { ...profile, pools: profile.pools.map((pool) => ({ ...pool, max: 10_000 })) };
    expect(await doubted(profile, dear)).toBeGreaterThan(0);
    expect(await doubted({ ...profile, pools }, defaultPrices)).toBeGreaterThan(0);
    expect(await doubted(large, defaultPrices, 8000 * vmPerSecond)).toBeGreaterThan(0);
  });

  test('then rules act, and the ladder hands over to the fallback, with a sentence', () => {
    const narrow = saved.facts.ranges!.level;
    const ranges = { level: { ...narrow, most: narrow.most.map(() => -9), high: narrow.low }, service: null };
    const agent = { ...untrainedAgent(1, [0], false), ranges };
    const policy = new PpoPolicy('ppo', exampleProfile, examplePrices, agent);
    const fallback = createPolicy('percentile', exampleProfile, examplePrices);
    const ladder = new Ladder(policy, fallback, exampleProfile, defaultLimits.ladder);
    const verdicts = [0, 1, 2, 3].map((minute) =>
      ladder.decide(observation({ timeSeconds: 60 * minute, rates: 100, ready: 9 })),
    );
    expect(verdicts.map(({ rung }) => rung)).toEqual(['policy', 'policy', 'fallback', 'fallback']);
    expect(verdicts[3]!.because).toMatch(
      /^Policy ppo should not be trusted: for \d decisions what it sees has been unlike/,
    );
    expect(policy.decide(observation({ timeSeconds: 240, rates: 100, ready: 9 })).reason).toMatch(
      /the rules act with \d+ VMs: for \d decisions what it sees/,
    );
  });

  test('of an agent on several pools rules act on each of them, so that the fleet fits the demand', () => {
    const narrow = saved.facts.ranges!.level;
    const ranges = { level: { ...narrow, most: narrow.most.map(() => -9), high: narrow.low }, service: null };
    const policy = new PpoPolicy('ppo', twoPools, defaultPrices, { ...untrainedAgent(1, [0, 1], false), ranges });
    const seen = (minute: number) => {
      const pools = [
        { ready: 9, booting: 0 },
        { ready: 9, booting: 0 },
      ];
      return { ...observation({ timeSeconds: 60 * minute, rates: 100 }), utilization: [null, null], pools };
    };
    const decisions = Array.from({ length: 60 }, (_, minute) => policy.decide(seen(minute)));
    const { action, reason } = decisions.at(-1)!;
    const served = twoPools.pools.map(
      (_, pool) => action.vmCounts[pool]! * vmCapacityPerSecond(twoPools, pool, action.variant)!,
    );
    expect(Math.min(...served)).toBeLessThan(100);
    expect(served[0]! + served[1]!).toBeGreaterThanOrEqual(100);
    expect(served[0]! + served[1]!).toBeLessThan(200);
    for (const { name } of twoPools.pools) {
      expect(reason).toMatch(new RegExp(`; ${name}: the rules act with \\d+ VMs: for \\d+ decisions what it sees`));
    }
  });
});

test('a network whose weights are no numbers says so, rather than to switch everything off', () => {
  const { parameters, ...rest } = untrained(levelShape, 1);
  const broken = new Actor({ ...rest, parameters: parameters.fill(Number.NaN) });
  const policy = new PpoPolicy('ppo', exampleProfile, examplePrices, { level: broken, service: null, pools: [0] });
  expect(() => policy.decide(observation({ rates: 100, ready: 5 }))).toThrow('no number');
});
