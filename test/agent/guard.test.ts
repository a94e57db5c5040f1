import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Guard, type Member, majority } from '../../agent/guard.ts';
import type { LevelPool } from '../../agent/level-terms.ts';
import { PaperFleet } from '../../agent/paper-fleet.ts';
import { PpoPolicy } from '../../agent/policy.ts';
import { addOutcomes, emptyOutcome, totalUsd } from '../../env/outcome.ts';
import { openSimulator } from '../../env/sim/open.ts';
import type { Observation, Policy, ServiceProfile, Workload } from '../../env/types.ts';
import { createPolicy } from '../../policies/registry.ts';
import { examplePrices, exampleProfile, observation } from '../policies/example-service.ts';
import { stubborn } from './example-agent.ts';
import { exampleTerms } from './example-levels.ts';
import { withoutLarger } from './without-larger.ts';

const levels: LevelPool = { pool: 0, vmPerSecond: 10, lineSlowdown: 0, terms: exampleTerms };

/** A learned policy that has four times the say of each of so many rules. */
function members(rules: number): Member[] {
  return [{ say: 4, isLearned: true }, ...Array.from({ length: rules }, () => ({ say: 1, isLearned: false }))];
}

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
  interface Acting {
    readonly agent: (minute: number) => number;
    readonly rules: readonly number[];
    readonly minutes: number;
    readonly ageSeconds?: number;
  }

  /** [minute] The fleet in force, where the candidates wish for so many VMs. */
  function fleets({ agent, rules, minutes, ageSeconds = 0 }: Acting): number[] {
    const guard = new Guard(levels, 60, members(rules.length));
    return Array.from({ length: minutes }, (_, minute) => {
      guard.book(seen(minute, 5, ageSeconds), { ready: 5, booting: 0 }, 0, levels.terms.ratio);
      const wishes = [agent(minute), ...rules];
      guard.follow(60 * minute, wishes);
      return majority(wishes, guard.says(true));
    });
  }

  test('leaves alone a policy that costs no more than the rules', () => {
    expect(new Set(fleets({ agent: () => 5, rules: [5, 5], minutes: 300 }))).toEqual(new Set([5]));
    expect(new Set(fleets({ agent: () => 5, rules: [9, 8], minutes: 300 }))).toEqual(new Set([5]));
    expect(new Set(fleets({ agent: () => 5, rules: [0, 9], minutes: 300, ageSeconds: 60 }))).toEqual(new Set([5]));
  });

  test('lets the rules act where the policy costs more, once that is known, however late the metrics', () => {
    for (const ageSeconds of [0, 60, 120]) {
      const acting = fleets({ agent: () => 9, rules: [5, 5], minutes: 60, ageSeconds });
      expect(acting[0]).toBe(9);
      expect(new Set(acting.slice(15))).toEqual(new Set([5]));
    }
  });

  test('goes by the better of two rules that disagree', () => {
    expect(fleets({ agent: () => 9, rules: [5, 12], minutes: 60 }).at(-1)).toBe(5);
    expect(fleets({ agent: () => 9, rules: [1, 5], minutes: 60 }).at(-1)).toBe(5);
  });

  test('hands back to a policy that has come to its senses', () => {
    const acting = fleets({ agent: (minute) => (minute < 100 ? 9 : 5), rules: [6, 7], minutes: 1500 });
    expect([6, 7]).toContain(acting[99]);
    expect(acting.at(-1)).toBe(5);
  });

  test('gives a policy that is not trusted no say, and never asks for a fleet that nobody wants', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(20), fc.nat(20), fc.nat(20)), { minLength: 1, maxLength: 40 }),
        fc.nat(9),
        (told, ready) => {
          const guard = new Guard(levels, 60, members(2));
          for (const [minute, wishes] of told.entries()) {
            guard.book(seen(minute, wishes[0] % 7), { ready, booting: 0 }, 0, levels.terms.ratio);
            guard.follow(60 * minute, wishes);
            for (const isTrusted of [true, false]) {
              const says = guard.says(isTrusted);
              expect(says.every((say) => say >= 0 && say <= 4) && Math.max(...says) >= 1).toBe(true);
              expect(wishes.slice(isTrusted ? 0 : 1)).toContain(majority(wishes, says));
            }
          }
        },
      ),
    );
  });
});

test('the majority is what lies in the middle of all that is said', () => {
  expect(majority([3, 9, 5], [1, 1, 1])).toBe(5);
  expect(majority([3, 9, 5], [4, 1, 1])).toBe(3);
  expect(majority([3, 9, 5], [0, 0.2, 1])).toBe(5);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(50), fc.double({ min: 0.01, max: 1, noNaN: true })), { minLength: 1, maxLength: 6 }),
      (wishes) => {
        const total = wishes.reduce((sum, [, say]) => sum + say, 0);
        const chosen = majority(
          wishes.map(([vms]) => vms),
          wishes.map(([, say]) => say),
        );
        const sayOf = (holds: (vms: number) => boolean) =>
          wishes.reduce((sum, [vms, say]) => sum + (holds(vms) ? say : 0), 0);
        expect(sayOf((vms) => vms < chosen)).toBeLessThanOrEqual(total / 2 + 1e-9);
        expect(sayOf((vms) => vms > chosen)).toBeLessThanOrEqual(total / 2 + 1e-9);
      },
    ),
  );
});

/** Six hours of steady demand. @returns dollars, and the last reason */
async function sixHours(profile: ServiceProfile, policy: Policy) {
  const requests = new Float64Array(360).fill(60 * 60);
  const workload: Workload = { name: 'test', stepSeconds: 60, requests, counted: false };
  const simulator = openSimulator({ fidelity: 'fluid', profile, prices: examplePrices, workload, seed: 1 });
  let total = emptyOutcome(profile);
  let reason = '';
  for (let minute = 0; minute < 360; minute++) {
    const decision = policy.decide(await simulator.observe());
    reason = decision.reason;
    total = addOutcomes(total, await simulator.step(decision.action));
  }
  return { usd: totalUsd(total), reason };
}

test('under guard a policy that always launches costs little more than the rules, and says who acts', async () => {
  const agent = { level: stubborn(true), service: null, pools: [0] };
  const policy = new PpoPolicy('ppo', exampleProfile, examplePrices, agent);
  const guarded = await sixHours(exampleProfile, policy);
  const rule = await sixHours(exampleProfile, createPolicy('ski-rental', exampleProfile, examplePrices));
  expect(guarded.usd).toBeLessThan(1.02 * rule.usd);
  expect(guarded.reason).toMatch(
    /the vote makes it \d+ VMs: cost of the last hours on paper, beside the network alone: with precedents .*, precedents alone -[\d.]+ %, ski-rental -[\d.]+ %, lcp -[\d.]+ %/,
  );
  const calm = new PpoPolicy('ppo', exampleProfile, examplePrices, { ...agent, level: stubborn(false) });
  expect(calm.decide(observation({ rates: 5, ready: 1 })).reason).not.toContain('on paper');
  const second = calm.decide(observation({ rates: 5, ready: 1, timeSeconds: 120 }));
  expect(second.reason).toMatch(
    /; cost of the last hours on paper, beside the network alone: .* ski-rental [+-][\d.]+ %, lcp/,
  );
});

test('of several pools the one whose overload goes to Lambda is under guard, for what the others leave is not there at once', async () => {
  const [own] = exampleProfile.pools;
  const slower = own!.serviceMs.map((ms) => ms && 1.1 * ms);
  const profile = { ...exampleProfile, pools: [own!, { ...own!, name: 'second', serviceMs: slower }] };
  const policy = new PpoPolicy('ppo', profile, examplePrices, { level: stubborn(false), service: null, pools: [0, 1] });
  const guarded = await sixHours(profile, policy);
  const second = await sixHours(profile, createPolicy('ski-rental:pool=2', profile, examplePrices));
  expect(guarded.usd).toBeLessThan(1.05 * second.usd);
  expect(guarded.reason).toMatch(/; second: the vote makes it \d+ VMs: cost of the last hours on paper/);
  expect(guarded.reason).not.toContain(`${own!.name}: the vote`);
});

test('the guard votes with an accuracy budget too, whether the variant in force earns its credit or a larger one does in idle slots', () => {
  const lastReason = (profile: ServiceProfile) => {
    const policy = new PpoPolicy('ppo', profile, examplePrices, { level: stubborn(true), service: null, pools: [0] });
    const decide = (minute: number) =>
      policy.decide(observation({ rates: 60, ready: 8, timeSeconds: 60 * minute })).reason;
    return Array.from({ length: 240 }, (_, minute) => decide(minute + 1)).at(-1);
  };
  const budgets = { accuracy: true, misses: false };
  expect(lastReason(exampleProfile)).toContain('the vote makes it');
  expect(lastReason({ ...withoutLarger(exampleProfile), budgets })).toContain('the vote makes it');
  expect(lastReason({ ...exampleProfile, budgets })).toContain('the vote makes it');
});
