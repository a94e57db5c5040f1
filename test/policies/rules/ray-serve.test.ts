import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPolicy } from '../../../policies/registry.ts';
import { replicasForOngoing } from '../../../policies/rules/ray-serve.ts';
import { LastingWish } from '../../../policies/scaling/lasting-wish.ts';
import { drive, vmsOf } from '../drive.ts';
import { examplePrices, exampleProfile } from '../example-service.ts';

const plain = { upscalingFactor: 1, downscalingFactor: 1 };

test('replicas are the ongoing requests over the target, rounded up', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), fc.double({ min: 0, max: 200, noNaN: true }), (running, needed) => {
      expect(replicasForOngoing(running, needed, plain)).toBe(Math.ceil(needed - 1e-9) + 0);
    }),
  );
});

test('a factor below one goes part of the way, and shrinking still takes one', () => {
  expect(replicasForOngoing(10, 20, { ...plain, upscalingFactor: 0.5 })).toBe(15);
  expect(replicasForOngoing(10, 5, { ...plain, downscalingFactor: 0.4 })).toBe(8);
  expect(replicasForOngoing(10, 8.9, { ...plain, downscalingFactor: 0.01 })).toBe(9);
});

test('without a replica one is wanted if there are requests', () => {
  expect(replicasForOngoing(0, 0, plain)).toBe(0);
  expect(replicasForOngoing(0, 0.1, plain)).toBe(1);
});

test('a wish that turns round begins anew', () => {
  const lasting = new LastingWish(30, 600);
  expect([0, 10, 20].map((time) => lasting.settle(time, 5, 8))).toEqual([5, 5, 5]);
  expect(lasting.settle(25, 5, 4)).toBe(5);
  expect([30, 50].map((time) => lasting.settle(time, 5, 9))).toEqual([5, 5]);
  expect(lasting.settle(60, 5, 7)).toBe(7);
});

test('ray-serve grows after half a minute and shrinks after ten minutes', () => {
  const policy = createPolicy('ray-serve:targetOngoing=0.5', exampleProfile, examplePrices);
  const load = [...new Array(2).fill(0.8), ...new Array(13).fill(0.1)].map((utilization) => ({
    rates: 1,
    utilization,
  }));
  const vms = vmsOf(drive(policy, load, 10));
  expect(vms.slice(0, 12)).toEqual([10, ...new Array(11).fill(16)]);
  expect(vms.slice(12)).toEqual([4, 4, 4]);
});
