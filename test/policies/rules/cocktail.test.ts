import { expect, test } from 'vitest';
import type { Observation } from '../../../env/types.ts';
import { createPolicy } from '../../../policies/registry.ts';
import { drive, vmsOf } from '../drive.ts';
import { examplePool, examplePrices, exampleProfile, observation } from '../example-service.ts';

const gpu = { ...examplePool, name: 'gpu', instanceType: 'large', min: 0, serviceMs: [10, 20, 40] };
const profile = { ...exampleProfile, pools: [examplePool, gpu] };

/** A minute in which the pools were so busy. */
const seen = (
  minute: number,
  busy: readonly (number | null)[],
  ready: readonly number[],
  rate: number,
): Observation => ({
  ...observation({ timeSeconds: 60 * minute, rates: rate }),
  utilization: busy.map((value) => (value === null ? null : { value, ageSeconds: 0 })),
  pools: ready.map((one) => ({ ready: one, booting: 0 })),
});
const make = (text: string) => createPolicy(text, profile, examplePrices);

test('each pool gets its share of recent use of the forecast demand', () => {
  // 10 small VMs half busy do 50 req/s, 3 large ones fully busy 150: a quarter and three quarters of 400.
  const { action, reason } = make('cocktail:forecaster=1,scaleInDelaySeconds=0').decide(
    seen(0, [0.5, 1], [10, 3], 400),
  );
  expect(action.vmCounts).toEqual([10, 6]);
  expect(reason).toBe(
    'of the demand forecast for the end of a boot the pools get 25 % of 400 req/s, 75 % of 400 req/s: asking for 16 VMs (10 cpu, 6 gpu); 13 ready, 0 booting',
  );
});

test('old use fades to half in its window', () => {
  const policy = make('cocktail:forecaster=1,scaleInDelaySeconds=0,weightWindowSeconds=60');
  policy.decide(seen(0, [1, 0], [10, 2], 100));
  // 100 faded to 50 against 100 that are new: a third and two thirds of 300.
  const { action } = policy.decide(seen(1, [0, 1], [10, 2], 300));
  expect(action.vmCounts).toEqual([10, 4]);
});

test('until use is known the pools are weighed by the capacity that is there', () => {
  const { action } = make('cocktail:forecaster=1').decide(seen(0, [null, null], [5, 1], 200));
  expect(action.vmCounts).toEqual([10, 2]);
});

test('a single pool gets everything', () => {
  const policy = createPolicy('cocktail:forecaster=1', exampleProfile, examplePrices);
  expect(vmsOf(drive(policy, new Array(10).fill({ rates: 95, utilization: 0.5 }), 4)).at(-1)).toBe(10);
});
