import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Action, Workload } from '../../../env/types.ts';
import { LevelHorizon } from '../../../policies/planning/level-horizon.ts';
import { createPolicy } from '../../../policies/registry.ts';
import { examplePrices, exampleProfile, observation } from '../example-service.ts';

/** Per minute, requests per second; ten of them keep a VM busy. */
const workload = (rates: readonly number[]): Workload => ({
  name: 'known',
  stepSeconds: 60,
  requests: Float64Array.from(rates, (rate) => 60 * rate),
  counted: false,
});
const drained = (drainSeconds: number) => ({
  ...exampleProfile,
  pools: exampleProfile.pools.map((one) => ({ ...one, min: 0, drainSeconds })),
});

/** VM-minutes and Lambda at twice their price, in a world where boots take two minutes to the second. */
function playedCost(rates: readonly number[], specification: string, found: number): number {
  const policy = createPolicy(specification, drained(0), examplePrices);
  policy.foresee!(workload(rates));
  let lastAction: Action | null = null;
  /** [VM] Minute from which it serves. */
  let servesFrom = new Array<number>(found).fill(0);
  let cost = 0;
  for (let minute = 0; minute < rates.length; minute++) {
    const ready = servesFrom.filter((one) => one <= minute).length;
    const booting = servesFrom.length - ready;
    const seen = observation({ timeSeconds: 60 * minute, rates: 0, ready, booting, lastAction });
    lastAction = policy.decide(seen).action;
    const vms = lastAction.vmCounts[0]!;
    servesFrom = [
      ...servesFrom.slice(0, vms),
      ...new Array<number>(Math.max(0, vms - servesFrom.length)).fill(minute + 2),
    ];
    const serving = servesFrom.filter((one) => one <= minute).length;
    cost += vms + 2 * Math.max(0, rates[minute]! / 10 - serving);
  }
  return cost;
}

/** The least that each level can cost from the fleet that is found on. */
function leastCost(rates: readonly number[], found: number): number {
  const horizon = new LevelHorizon({ ratio: 2, bootSteps: 2, drainSteps: 0 }, rates.length);
  let cost = 0;
  for (let level = 0; level < 12; level++) {
    const use = rates.map((rate) => Math.min(1, Math.max(0, rate / 10 - level)));
    const { without, with: withIt } = horizon.price(use, level < found ? 0 : 2);
    cost += Math.min(without, withIt);
  }
  return cost;
}

const days = fc.array(fc.double({ min: 0, max: 110, noNaN: true }), { minLength: 3, maxLength: 25 });

test('with the whole trace known it plays the optimum of the dynamic programme', () => {
  fc.assert(
    fc.property(days, fc.integer({ min: 0, max: 8 }), (rates, found) => {
      const cost = playedCost(rates, 'mpc-perfect:lookAheadSeconds=86400', found);
      expect(cost).toBeCloseTo(leastCost(rates, found), 6);
    }),
    { numRuns: 60 },
  );
});

test('the less it sees the more it costs, never less than the optimum', () => {
  fc.assert(
    fc.property(days, (rates) => {
      const least = leastCost(rates, 2);
      for (const seconds of [60, 180, 600]) {
        expect(playedCost(rates, `mpc-perfect:lookAheadSeconds=${seconds}`, 2)).toBeGreaterThanOrEqual(least - 1e-6);
      }
    }),
    { numRuns: 30 },
  );
});

test('it launches a boot before the demand comes, and lets go where it ends', () => {
  const policy = createPolicy('mpc-perfect', drained(0), examplePrices);
  const rates = [0, 0, 0, 0, 0, ...new Array(20).fill(50), 0, 0, 0];
  policy.foresee!(workload(rates));
  const asked: number[] = [];
  let lastAction: Action | null = null;
  for (let minute = 0; minute < rates.length; minute++) {
    const seen = observation({ timeSeconds: 60 * minute, rates: 0, ready: asked[minute - 2] ?? 0, lastAction });
    lastAction = policy.decide(seen).action;
    asked.push(lastAction.vmCounts[0]!);
  }
  expect(asked.indexOf(5)).toBe(3);
  expect(asked.slice(3, 25)).toEqual(new Array(22).fill(5));
  expect(asked.slice(25)).toEqual([0, 0, 0]);
});

test('to whom nothing was foretold, what there is stays', () => {
  const policy = createPolicy('mpc-perfect', exampleProfile, examplePrices);
  const { action, reason } = policy.decide(observation({ rates: 500, ready: 7 }));
  expect(action.vmCounts).toEqual([7]);
  expect(reason).toBe('nothing was foretold, so what there is stays; 7 ready, 0 booting');
});
