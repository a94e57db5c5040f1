import { expect, test } from 'vitest';
import type { Observation } from '../../../env/types.ts';
import { createPolicy } from '../../../policies/registry.ts';
import { drive, vmsOf } from '../drive.ts';
import { examplePool, examplePrices, exampleProfile, observation, type Seen } from '../example-service.ts';

const make = (text: string, profile = exampleProfile) => createPolicy(text, profile, examplePrices);

test('mark plans for the peak of the interval, not its mean, times its factor', () => {
  const [decision] = drive(make('mark:forecaster=1'), [{ rates: [50, 50, 50, 50, 50, 100] }], 1);
  expect(decision!.action.vmCounts).toEqual([12]);
  expect(decision!.reason).toBe(
    'peaks of 120 req/s are planned for in the next 6 intervals, which 12 cpu cover: asking for 12 VMs; 1 ready, 0 booting',
  );
});

test('a VM goes only once none of the last six plans asked for it', () => {
  const load: Seen[] = [{ rates: 100 }, ...new Array(8).fill({ rates: 50 })];
  expect(vmsOf(drive(make('mark:forecaster=1,forecastFactor=1'), load, 1))).toEqual([10, 10, 10, 10, 10, 10, 5, 5, 5]);
});

test('it buys from all pools that are fast enough, what covers the load for less', () => {
  // Four times the price, five times the speed.
  const gpu = { ...examplePool, name: 'gpu', instanceType: 'large', min: 0, serviceMs: [10, 20, 40] };
  const profile = { ...exampleProfile, pools: [examplePool, gpu] };
  const seen: Observation = {
    ...observation({ rates: 260 }),
    pools: profile.pools.map(() => ({ ready: 0, booting: 0 })),
  };
  // 260 for long: five large ones, and a small one for the rest of 10.
  expect(make('mark:forecaster=1,forecastFactor=1', profile).decide(seen).action.vmCounts).toEqual([1, 5]);
});

test('while too much fails the reactive net adds a VM, and again after a cool-down', () => {
  const policy = make('mark:forecaster=1,forecastFactor=1,keptPlans=1');
  const vms = Array.from({ length: 20 }, (_, minute) => {
    const share = minute < 8 ? 0.9 : 1;
    const seen = {
      ...observation({ timeSeconds: 60 * minute, rates: 100 }),
      attainment: [
        { value: share, ageSeconds: 0 },
        { value: 1, ageSeconds: 0 },
      ],
    };
    return policy.decide(seen).action.vmCounts[0];
  });
  // 5 % of all fail.
  expect(vms).toEqual([11, 11, 11, 11, 11, 11, 12, 12, 12, 12, 12, 12, 10, 10, 10, 10, 10, 10, 10, 10]);
});
