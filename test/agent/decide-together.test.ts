import { expect, test } from 'vitest';
import { decideTogether } from '../../agent/decide-together.ts';
import { PpoPolicy } from '../../agent/policy.ts';
import { Actor } from '../../agent/ppo/forward.ts';
import { defaultPrices } from '../../env/prices.ts';
import { Random } from '../../env/random.ts';
import type { Observation, Policy } from '../../env/types.ts';
import { createPolicy } from '../../policies/registry.ts';
import { profile as twoPools } from '../controller/fakes.ts';
import { examplePrices, exampleProfile, observation } from '../policies/example-service.ts';
import { levelShape, serviceShape, untrained, untrainedAgent } from './example-agent.ts';

const level = new Actor(untrained(levelShape, 1));
const service = new Actor(untrained(serviceShape, 1));

/** Services of two kinds that share networks, one with networks of its own, and a rule. */
function services(): Policy[] {
  const shared = { level, service };
  return [
    new PpoPolicy('one pool', exampleProfile, examplePrices, { ...shared, pools: [0] }),
    new PpoPolicy('another', exampleProfile, examplePrices, { ...shared, pools: [0] }),
    new PpoPolicy('no service network', exampleProfile, examplePrices, { ...shared, service: null, pools: [0] }),
    new PpoPolicy('two pools', twoPools, defaultPrices, { ...shared, pools: [0, 1] }),
    new PpoPolicy('its own', exampleProfile, examplePrices, untrainedAgent(2, [0])),
    createPolicy('mixed', exampleProfile, examplePrices),
  ];
}

/** [minute][service] */
function lives(minutes: number): Observation[][] {
  const random = Random.seeded(1);
  return Array.from({ length: minutes }, (_, minute) =>
    services().map((_, at) => {
      const rates = random.uniform() < 0.1 ? null : 300 * random.uniform();
      const seen = observation({ timeSeconds: 60 * minute, rates, ready: random.below(6), booting: random.below(3) });
      return at === 3 ? { ...seen, pools: [...seen.pools, { ready: random.below(3), booting: 0 }] } : seen;
    }),
  );
}

test('many services decide in one batch what they decide one by one, to the bit', () => {
  const alone = services();
  const together = services();
  for (const seen of lives(90)) {
    const decisions = decideTogether(together, seen).map((answer) => answer());
    expect(decisions).toEqual(alone.map((policy, index) => policy.decide(seen[index]!)));
  }
});

test('a shared network is asked once for all services of a round', () => {
  const rows: number[] = [];
  class Counting extends Actor {
    override logitsBatch(observations: Float32Array, count: number, into: Float32Array): void {
      rows.push(count);
      super.logitsBatch(observations, count, into);
    }
  }
  const counting = new Counting(untrained(levelShape, 1));
  const policies = Array.from(
    { length: 50 },
    () => new PpoPolicy('p', exampleProfile, examplePrices, { level: counting, service: null, pools: [0] }),
  );
  decideTogether(
    policies,
    policies.map(() => observation({ rates: 100, ready: 5 })),
  );
  expect(rows).toHaveLength(1); // the fleets on paper are as yet those that are there
  expect(rows[0]! % 50).toBe(0);
});

test('a service that fails throws when its own decision is asked for, and costs the others nothing', () => {
  const broken = {
    name: 'broken',
    decide: () => {
      throw new Error('no');
    },
  };
  const odd = new PpoPolicy('odd', exampleProfile, examplePrices, { level, service, pools: [0] });
  const healthy = new PpoPolicy('healthy', exampleProfile, examplePrices, { level, service, pools: [0] });
  const seen = observation({ rates: 100, ready: 5 });
  const answers = decideTogether([broken, odd, healthy], [seen, { ...seen, pools: [] }, seen]);
  expect(answers[0]).toThrow('no');
  expect(answers[1]).toThrow(TypeError);
  expect(answers[2]!().action.vmCounts).toHaveLength(1);
});
