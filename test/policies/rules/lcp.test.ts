import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPolicy } from '../../../policies/registry.ts';
import { LevelAccounts } from '../../../policies/scaling/level-accounts.ts';
import { LevelBands } from '../../../policies/scaling/level-bands.ts';
import { drive, vmsOf } from '../drive.ts';
import { examplePrices, exampleProfile } from '../example-service.ts';

const terms = { levels: 6, ratio: 2, launchSeconds: 5 };
const loads = fc.array(fc.double({ min: 0, max: 6, noNaN: true }), { minLength: 1, maxLength: 80 });

/** VM-seconds of one level, which serves at once what it decides to serve: the setting of the theorem. */
function costOf(load: readonly number[], level: number, isOn: (step: number) => boolean): number {
  let cost = 0;
  let was = false;
  for (let step = 0; step < load.length; step++) {
    const on = isOn(step);
    const use = Math.min(1, Math.max(0, load[step]! - level));
    cost += (on && !was ? terms.launchSeconds : 0) + (on ? 1 : terms.ratio * use);
    was = on;
  }
  return cost;
}

/** Least of what a level can cost that begins off, as it does for the rule. */
function optimum(load: readonly number[], level: number): number {
  let [off, on] = [0, Number.POSITIVE_INFINITY];
  for (const busy of load) {
    const use = Math.min(1, Math.max(0, busy - level));
    [off, on] = [Math.min(off, on) + terms.ratio * use, Math.min(on, off + terms.launchSeconds) + 1];
  }
  return Math.min(off, on);
}

/** [step] Levels on, with the rest of the load foreseen up to so many steps. */
function lazily(load: readonly number[], window: number): number[] {
  const bands = new LevelBands(terms);
  return load.map((busy, step) => {
    bands.book(busy, 1);
    bands.decide(load.slice(step + 1, step + 1 + window), 1);
    return bands.on;
  });
}

test('lazy capacity provisioning costs at most three times the optimum on any load', () => {
  fc.assert(
    fc.property(loads, (load) => {
      const on = lazily(load, 0);
      for (let level = 0; level < terms.levels; level++) {
        const cost = costOf(load, level, (step) => on[step]! > level);
        expect(cost).toBeLessThanOrEqual(3 * optimum(load, level) + 1e-9);
      }
    }),
  );
});

test('with the whole future foreseen it is the optimum', () => {
  fc.assert(
    fc.property(loads, (load) => {
      const on = lazily(load, load.length);
      for (let level = 0; level < terms.levels; level++) {
        expect(costOf(load, level, (step) => on[step]! > level)).toBeCloseTo(optimum(load, level), 9);
      }
    }),
  );
});

test('its accounts are those of ski-rental with both thresholds at a launch and nothing forgotten', () => {
  fc.assert(
    fc.property(loads, (load) => {
      const bands = new LevelBands(terms);
      const accounts = new LevelAccounts({
        levels: 6,
        ratio: 2,
        // Equality is no reason here, and one there.
        startSeconds: terms.launchSeconds * (1 + 1e-12),
        stopSeconds: terms.launchSeconds * (1 + 1e-12),
        halfLifeSeconds: Number.POSITIVE_INFINITY,
      });
      for (const busy of load) {
        bands.book(busy, 1);
        bands.decide();
        accounts.book(busy, 1);
        expect(bands.on).toBe(accounts.rented);
      }
    }),
  );
});

test('lcp begins with the fleet that it finds and moves to the demand', () => {
  const load = new Array(30).fill({ rates: 105 });
  const vms = vmsOf(drive(createPolicy('lcp', exampleProfile, examplePrices), load, 20));
  expect(vms[0]).toBe(20);
  // The eleventh VM would be half used, which is just what it costs on Lambda at twice the price: it stays.
  expect(vms.at(-1)).toBe(11);
  expect(vmsOf(drive(createPolicy('lcp', exampleProfile, examplePrices), load, 1)).at(-1)).toBe(10);
});

test('lcp says what it rests on', () => {
  const [decision] = drive(createPolicy('lcp', exampleProfile, examplePrices), [{ rates: 105 }], 12);
  expect(decision!.reason).toBe(
    'demand 105 req/s keeps 10.5 VMs busy, and the optima of the time so far leave 12 VMs on; 12 ready, 0 booting',
  );
});

test('more VMs than a pool may have count as many as it may', () => {
  const bands = new LevelBands(terms);
  bands.open(terms.levels + 3);
  expect(bands.on).toBe(terms.levels);
  const accounts = new LevelAccounts({ levels: 6, ratio: 2, startSeconds: 5, stopSeconds: 5, halfLifeSeconds: 60 });
  accounts.open(9);
  expect(accounts.rented).toBe(6);
});
