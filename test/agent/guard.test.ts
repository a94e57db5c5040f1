import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Guard } from '../../agent/guard.ts';
import type { LevelPool } from '../../agent/level-terms.ts';
import { PaperFleet } from '../../agent/paper-fleet.ts';
import { PpoPolicy } from '../../agent/policy.ts';
import { addOutcomes, emptyOutcome, totalUsd } from '../../env/outcome.ts';
import { openSimulator } from '../../env/sim/open.ts';
import type { Observation, Workload } from '../../env/types.ts';
import { examplePrices, exampleProfile, observation } from '../policies/example-service.ts';
import { stubborn } from './example-agent.ts';
import { exampleTerms } from './example-levels.ts';

const levels: LevelPool = { pool: 0, vmPerSecond: 10, terms: exampleTerms };

describe('a fleet on paper', () => {
  test('boots for as long as the terms say, and then serves', () => {
    const fleet = new PaperFleet(exampleTerms, { ready: 0, booting: 0 });
    const states = [1, 2, 3, 4].map((minute) => {
      fleet.follow(2, 60 * minute);
      return fleet.state;
    });
    expect(states.map(({ ready }) => ready)).toEqual([0, 0, 2, 2]);
    expect(states.map(({ booting }) => booting)).toEqual([2, 2, 0, 0]);
  });

  test('costs its VMs, and what they do not serve at the price of elsewhere', () => {
    const fleet = new PaperFleet(exampleTerms, { ready: 2, booting: 0 });
    fleet.follow(2, 0);
    fleet.book(0, [1, 3], exampleTerms.ratio, 1);
    expect(fleet.cost).toBeCloseTo(2 + 4 * 0.5, 9);
    fleet.follow(3, 60);
    fleet.book(60, [3, 3], exampleTerms.ratio, 1);
    expect(fleet.cost).toBeCloseTo(4 + 3 + 4 * 1, 9); // the third boots
    fleet.follow(1, 120);
    fleet.book(120, [1, 1], exampleTerms.ratio, 0.5);
    expect(fleet.cost).toBeCloseTo(11 / 2 + 1 + 0.5, 9); // one drains, one is called off
  });

  test('has as many VMs as it was last told, whatever it was told before', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(20), { minLength: 1, maxLength: 30 }),
        fc.nat(9),
        fc.nat(9),
        (told, ready, booting) => {
          const fleet = new PaperFleet(exampleTerms, { ready, booting });
          for (const [minute, vms] of told.entries()) {
            fleet.follow(vms, 60 * minute);
            expect(fleet.state.ready + fleet.state.booting).toBe(vms);
          }
        },
      ),
    );
  });

  test('is not booked for intervals whose demand was lost', () => {
    const fleet = new PaperFleet(exampleTerms, { ready: 1, booting: 0 });
    for (const start of [0, 60, 120]) fleet.follow(1, start);
    fleet.book(60, [0], exampleTerms.ratio, 1);
    fleet.book(0, [9], exampleTerms.ratio, 1);
    expect(fleet.cost).toBe(1);
  });
});

/** Demand for `vms` VMs in every minute; the metrics are as old as an interval may be. */
function seen(minute: number, vms: number, ageSeconds = 0): Observation {
  const value = new Array<number>(6).fill(vms * levels.vmPerSecond);
  return { ...observation({}), timeSeconds: 60 * minute, arrivals: { value, ageSeconds } };
}

describe('the guard', () => {
  /** [minute] Whether the rule acts, where the two wish for so many VMs. */
  function acting(agent: (minute: number) => number, rule: number, minutes: number, ageSeconds = 0): boolean[] {
    const guard = new Guard(levels, 60);
    return Array.from({ length: minutes }, (_, minute) =>
      guard.decide(seen(minute, 5, ageSeconds), { ready: 5, booting: 0 }, 0, { agent: () => agent(minute), rule }),
    );
  }

  test('leaves alone a policy that costs no more than the rule', () => {
    expect(acting(() => 5, 5, 300)).not.toContain(true);
    expect(acting(() => 5, 9, 300)).not.toContain(true);
    expect(acting(() => 5, 0, 300, 60)).not.toContain(true);
  });

  test('hands over from a policy that costs more, once that is known, however late the metrics', () => {
    for (const ageSeconds of [0, 60, 120]) {
      const isRule = acting(() => 9, 5, 200, ageSeconds);
      expect(isRule.slice(0, 50)).not.toContain(true);
      expect(isRule.slice(70)).not.toContain(false);
    }
  });

  test('hands back to a policy that has come to its senses', () => {
    const isRule = acting((minute) => (minute < 100 ? 9 : 5), 6, 900);
    expect(isRule[99]).toBe(true);
    expect(isRule.at(-1)).toBe(false);
  });
});

test('under guard a policy that always launches costs little more than the rule, and says who acts', async () => {
  const rates = Float64Array.from({ length: 360 }, () => 60 * 60);
  const workload: Workload = { name: 'test', stepSeconds: 60, requests: rates, counted: false };
  const agent = { level: stubborn(true), service: null, pools: [0] };
  const policy = new PpoPolicy('ppo', exampleProfile, examplePrices, agent);
  const simulator = openSimulator({
    fidelity: 'fluid',
    profile: exampleProfile,
    prices: examplePrices,
    workload,
    seed: 1,
  });
  const hours = [0, 1, 2, 3, 4, 5].map(() => emptyOutcome(exampleProfile));
  let reason = '';
  for (let minute = 0; minute < 360; minute++) {
    const decision = policy.decide(await simulator.observe());
    reason = decision.reason;
    const hour = Math.floor(minute / 60);
    hours[hour] = addOutcomes(hours[hour]!, await simulator.step(decision.action));
  }
  expect(reason).toMatch(/ski-rental acts with \d+ VMs: over the last hours it would have cost [\d.]+ % less/);
  const calm = new PpoPolicy('ppo', exampleProfile, examplePrices, { ...agent, level: stubborn(false) });
  const said = Array.from(
    { length: 90 },
    (_, minute) => calm.decide(observation({ timeSeconds: 60 * minute, rates: 5, ready: 1 })).reason,
  );
  expect(said[30]).not.toContain('ski-rental');
  expect(said[80]).toMatch(/ski-rental would have cost [\d.]+ % (more|less) over the last hours$/);
  expect(totalUsd(hours[5]!)).toBeLessThan(0.8 * totalUsd(hours[0]!));
});
