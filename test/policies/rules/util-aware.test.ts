import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPolicy } from '../../../policies/registry.ts';
import { drive, vmsOf } from '../drive.ts';
import { examplePrices, exampleProfile, observation } from '../example-service.ts';

const make = (text: string) => createPolicy(text, exampleProfile, examplePrices);

test('util-aware grows exactly when utilisation reaches 80 %', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (utilization) => {
      const { action } = make('util-aware').decide(observation({ utilization, ready: 10 }));
      expect(action.vmCounts[0]! > 10).toBe(utilization >= 0.8);
    }),
  );
});

test('util-aware does not grow again while booting VMs will take the load', () => {
  const policy = make('util-aware');
  expect(policy.decide(observation({ utilization: 0.9, ready: 8, booting: 2 })).action.vmCounts).toEqual([10]);
  expect(
    policy.decide(observation({ timeSeconds: 120, utilization: 1, ready: 8, booting: 2 })).action.vmCounts,
  ).toEqual([11]);
});

test('util-aware reads a late metric against the VMs that were ready when it was measured', () => {
  const policy = make('util-aware:scaleInDelaySeconds=0');
  policy.decide(observation({ timeSeconds: 0, utilization: null, ready: 5 }));
  const late = observation({ timeSeconds: 120, utilization: 1, ageSeconds: 60, ready: 10 });
  expect(policy.decide(late).reason).toMatch(/is 0.5, at|is 0.5:/);
});

test('util-aware gives back a step below the lower threshold, after the delay, and nothing between the two', () => {
  const idle = new Array(4).fill({ utilization: 0.2 });
  expect(vmsOf(drive(make('util-aware:scaleInDelaySeconds=0,stepShare=0'), idle, 10))).toEqual([9, 8, 7, 6]);
  expect(vmsOf(drive(make('util-aware:scaleInDelaySeconds=120,stepShare=0'), idle, 10))).toEqual([10, 10, 9, 9]);
  const busy = new Array(4).fill({ utilization: 0.6 });
  expect(vmsOf(drive(make('util-aware'), busy, 10))).toEqual([10, 10, 10, 10]);
});

test('util-aware starts one VM in an empty pool, which has no utilisation to show', () => {
  const profile = { ...exampleProfile, pools: [{ ...exampleProfile.pools[0]!, min: 0 }] };
  const policy = createPolicy('util-aware', profile, examplePrices);
  expect(policy.decide(observation({ ready: 0 })).action.vmCounts).toEqual([1]);
});
