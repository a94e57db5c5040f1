import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPolicy } from '../../../policies/registry.ts';
import { LevelAccounts } from '../../../policies/scaling/level-accounts.ts';
import { drive, vmsOf } from '../drive.ts';
import { examplePrices, exampleProfile } from '../example-service.ts';

const terms = { levels: 10, ratio: 2, startSeconds: 120, stopSeconds: 120, halfLifeSeconds: Number.POSITIVE_INFINITY };

test('a level that is fully used starts after launch cost / (ratio - 1), and one that is idle stops after the launch cost', () => {
  const accounts = new LevelAccounts(terms);
  const rented = Array.from({ length: 40 }, (_, step) => {
    accounts.book(step < 20 ? 3 : 0, 10);
    return accounts.rented;
  });
  expect(rented.indexOf(3)).toBe(11); // 120 s / (2 - 1) are 12 steps of 10 s
  expect(rented.indexOf(0, 12)).toBe(31); // 12 steps after the load has gone
  expect(new Set(rented)).toEqual(new Set([0, 3]));
});

test('a level used at the break-even share neither starts nor stops', () => {
  const renting = new LevelAccounts(terms);
  renting.open(5);
  for (let step = 0; step < 1000; step++) renting.book(4.5, 10);
  expect(renting.rented).toBe(5);
  const idle = new LevelAccounts(terms);
  for (let step = 0; step < 1000; step++) idle.book(0.5, 10);
  expect(idle.rented).toBe(0);
});

test('where Lambda is cheaper than a full VM nothing is rented', () => {
  const accounts = new LevelAccounts({ ...terms, ratio: 0.9 });
  for (let step = 0; step < 1000; step++) accounts.book(10, 10);
  expect(accounts.rented).toBe(0);
});

test('with a short memory a weak reason never adds up', () => {
  const accounts = new LevelAccounts({ ...terms, halfLifeSeconds: 60 });
  // Use 0.75 saves 0.5 of a VM-second per second; with this memory the account stays below 0.5 × 60 / ln 2 = 43 s.
  for (let step = 0; step < 1000; step++) accounts.book(0.75, 10);
  expect(accounts.rented).toBe(0);
});

test('accounts never fall below nothing, so long idle times do not delay a start', () => {
  const accounts = new LevelAccounts(terms);
  for (let step = 0; step < 1000; step++) accounts.book(0, 10);
  for (let step = 0; step < 11; step++) accounts.book(1, 10);
  expect(accounts.rented).toBe(0);
  accounts.book(1, 10);
  expect(accounts.rented).toBe(1);
});

test('on any load the cost per level stays within twice its clairvoyant optimum and two launches', () => {
  // The classic guarantee of the break-even rule, in its additive form, for thresholds of one launch and steps that divide it.
  const loads = fc.array(fc.constantFrom(0, 1), { minLength: 1, maxLength: 120 });
  fc.assert(
    fc.property(loads, (load) => {
      const accounts = new LevelAccounts({ ...terms, levels: 1 });
      let cost = 0;
      let rented = 0;
      let [off, on] = [0, 120];
      for (const use of load) {
        cost += rented === 1 ? 10 : 20 * use;
        [off, on] = [Math.min(off, on) + 20 * use, Math.min(on, off + 120) + 10];
        accounts.book(use, 10);
        if (accounts.rented > rented) cost += 120;
        rented = accounts.rented;
      }
      expect(cost).toBeLessThanOrEqual(3 * Math.min(off, on) + 240);
    }),
  );
});

test('ski-rental begins with the fleet that it finds and moves towards the demand', () => {
  const load = new Array(30).fill({ rates: 100 });
  const vms = vmsOf(drive(createPolicy('ski-rental', exampleProfile, examplePrices), load, 20));
  // Idle levels have cost one launch (120 s) after two minutes, and a little more as the account fades.
  expect(vms.slice(0, 3)).toEqual([20, 20, 10]);
  expect(vms.at(-1)).toBe(10);
  const grown = vmsOf(drive(createPolicy('ski-rental', exampleProfile, examplePrices), load, 1));
  expect(grown.at(-1)).toBe(10);
});

test('ski-rental says how many VMs pay for themselves', () => {
  const [decision] = drive(createPolicy('ski-rental', exampleProfile, examplePrices), [{ rates: 105 }], 12);
  expect(decision!.reason).toBe(
    'demand 105 req/s keeps 10.5 VMs busy, and 12 VMs pay for themselves; 12 ready, 0 booting',
  );
});
