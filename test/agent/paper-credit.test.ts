import fc from 'fast-check';
import { expect, test } from 'vitest';
import { creditTerms, PaperCredit } from '../../agent/paper-credit.ts';
import { PaperFleet } from '../../agent/paper-fleet.ts';
import { openSimulator } from '../../env/sim/open.ts';
import type { ServiceProfile } from '../../env/types.ts';
import { createPolicy } from '../../policies/registry.ts';
import { examplePrices, exampleProfile } from '../policies/example-service.ts';
import { exampleTerms } from './example-levels.ts';
import { withoutLarger } from './without-larger.ts';

/** The variant in force earns a point of accuracy, the one of half the work costs nine. */
const profile: ServiceProfile = {
  ...withoutLarger(exampleProfile),
  accuracyFloor: 0.79,
  budgets: { accuracy: true, misses: false },
};
const terms = { saved: 0.5, earned: 1 / 9 };

test('the terms are those of the variants, and there are none without a budget or a smaller variant, or with a larger one', () => {
  expect(creditTerms(profile, 0, 1)?.saved).toBeCloseTo(terms.saved, 12);
  expect(creditTerms(profile, 0, 1)?.earned).toBeCloseTo(terms.earned, 12);
  expect(creditTerms(exampleProfile, 0, 1)).toBeNull();
  expect(creditTerms(profile, 0, 0)).toBeNull();
  expect(creditTerms({ ...exampleProfile, accuracyFloor: 0.79, budgets: profile.budgets }, 0, 1)).toBeNull();
});

test('on paper no more answers are smaller than the others have paid for, nor than there are slots or than are too much', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.double({ min: 0, max: 20, noNaN: true }), fc.nat(10), fc.boolean()), { maxLength: 60 }),
      fc.double({ min: 0.05, max: 0.95, noNaN: true }),
      fc.double({ min: 0, max: 2, noNaN: true }),
      (bins, saved, earned) => {
        const credit = new PaperCredit({ saved, earned }, 30);
        let balance = 0;
        for (const [demand, capacity, isEarning] of bins) {
          const left = credit.overload(demand, capacity, 1 / 6, isEarning);
          const smaller = (Math.max(0, demand - capacity) - left) / saved;
          expect(smaller).toBeGreaterThanOrEqual(-1e-9);
          expect(smaller).toBeLessThanOrEqual(Math.min(demand, capacity / (1 - saved)) + 1e-9);
          balance += earned * (demand - smaller) - smaller;
          expect(balance).toBeGreaterThanOrEqual(-1e-9);
        }
      },
    ),
  );
});

test('what is earned while a service warms up is not kept', () => {
  const [warming, earning] = [new PaperCredit(terms, 30), new PaperCredit(terms, 30)];
  warming.overload(4, 4, 1, false);
  earning.overload(4, 4, 1, true);
  expect(earning.overload(4.2, 4, 1, true)).toBe(0);
  expect(warming.overload(6, 4, 1, true)).toBeGreaterThan(earning.overload(6, 4, 1, true));
});

test('credit that is left is worth more the more there is of it, up to what it makes cheaper, and a fleet that has spent it has cost so much more', () => {
  const [ratio, capacity] = [4, 5];
  const credit = new PaperCredit(terms, 30);
  expect(credit.worth(ratio)).toBe(0);
  let before = 0;
  for (let minute = 0; minute < 1000; minute++) {
    credit.overload(capacity, capacity, 1, true);
    expect(credit.worth(ratio)).toBeGreaterThanOrEqual(before);
    before = credit.worth(ratio);
  }
  expect(before).toBeGreaterThan(0);
  expect(before).toBeLessThanOrEqual(ratio * terms.saved * 30 * capacity);
  expect(credit.worth(2 * ratio)).toBeCloseTo(2 * before, 9);
  for (let minute = 0; minute < 1000; minute++) credit.overload(2 * capacity, capacity, 1, true);
  expect(credit.worth(ratio)).toBeLessThan(before / 10);

  const fleets = [3, 4].map((vms) => {
    const fleet = new PaperFleet(exampleTerms, { ready: vms, booting: 0 }, new PaperCredit(terms, 30));
    for (let minute = 10; minute < 60; minute++) {
      fleet.follow(vms, 60 * minute);
      fleet.book(60 * minute, [3.1], exampleTerms.ratio, 1);
    }
    return fleet;
  });
  // The smaller one has answered by credit what the other has kept.
  expect(fleets[0]!.cost).toBeCloseTo(50 * 3, 9);
  expect(fleets[1]!.cost - fleets[1]!.net).toBeGreaterThan(fleets[0]!.cost - fleets[0]!.net);
});

test('a fleet on paper spills what the simulated router spills that has the same credit', async () => {
  const vms = 5;
  const perMinute = Array.from({ length: 600 }, (_, minute) => 600 * (minute % 60 < 40 ? 4 : 6.5));
  const workload = { name: 'test', stepSeconds: 60, requests: Float64Array.from(perMinute), counted: false };
  for (const budgets of [profile.budgets, { accuracy: false, misses: false }]) {
    const one = { ...profile, budgets };
    const policy = createPolicy(`static:vmCount=${vms},waitShare=0.5`, one, examplePrices);
    const simulator = openSimulator({
      fidelity: 'fluid',
      profile: one,
      prices: examplePrices,
      workload,
      seed: 1,
      initialVms: [vms],
    });
    const given = creditTerms(one, 0, 1);
    const fleet = new PaperFleet(exampleTerms, { ready: vms, booting: 0 }, given && new PaperCredit(given, 30));
    let spilled = 0;
    for (const [minute, requests] of perMinute.entries()) {
      const outcome = await simulator.step(policy.decide(await simulator.observe()).action);
      spilled += outcome.spilled / 600;
      fleet.follow(vms, 60 * minute);
      fleet.book(60 * minute, [requests / 600], 1, 1);
    }
    const onPaper = fleet.cost - vms * perMinute.length;
    expect(onPaper / spilled).toBeGreaterThan(0.97);
    expect(onPaper / spilled).toBeLessThan(1.03);
  }
});
