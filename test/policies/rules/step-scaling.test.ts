import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPolicy } from '../../../policies/registry.ts';
import { percentChange, stepShare } from '../../../policies/scaling/step-adjustment.ts';
import { drive, vmsOf } from '../drive.ts';
import { examplePrices, exampleProfile, observation } from '../example-service.ts';

const make = (text: string) => createPolicy(text, exampleProfile, examplePrices);
const utilization = (...points: number[]) => points.map((one) => ({ rates: 1, utilization: one }));

test("the manual's example: ten VMs at 60 % become 11, at 70 % then 14; at 40 % then 13, at 30 % then 10", () => {
  const policy = make('step-scaling:outPoints=1,inPoints=1,warmUpSeconds=0');
  expect(vmsOf(drive(policy, utilization(0.6, 0.7, 0.4, 0.3), 10))).toEqual([11, 14, 13, 10]);
});

test("the manual's steps: nothing within ten points of 50 %, 10 % of the fleet within twenty, 30 % beyond; both ways", () => {
  const steps = { width: 0.1, smallShare: 0.1, largeShare: 0.3 };
  const share = (busy: number) => stepShare(busy - 0.5, steps) + 0;
  expect([0.5, 0.55, 0.59, 0.6, 0.69, 0.7, 1].map(share)).toEqual([0, 0, 0, 0.1, 0.1, 0.3, 0.3]);
  expect([0.5, 0.45, 0.41, 0.4, 0.31, 0.3, 0].map(share)).toEqual([0, 0, 0, -0.1, -0.1, -0.3, -0.3]);
});

test("the manual's rounding: above 1 down, up to 1 to 1, and the same below 0", () => {
  const rounded = [12.7, 1.2, 0.67, 0, -0.58, -1.2, -6.67].map((change) => percentChange(10, change / 10) + 0);
  expect(rounded).toEqual([12, 1, 1, 0, -1, -1, -6]);
});

test('a change is never larger than its share, except for the one VM that it is at least', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), fc.double({ min: -1, max: 2, noNaN: true }), (vms, share) => {
      const change = percentChange(vms, share);
      expect(Math.abs(change)).toBeLessThanOrEqual(Math.max(1, Math.abs(vms * share) + 1e-6));
      expect(Math.sign(change) + 0).toBe(Math.sign(vms * share) + 0);
    }),
  );
});

test('while VMs warm up, a higher step adds only what it asks for beyond them', () => {
  const policy = make('step-scaling:outPoints=1,warmUpSeconds=300');
  // 10 % of ten, and a minute later 30 % of ten, of which one is already coming.
  expect(vmsOf(drive(policy, utilization(0.65, 0.65, 0.75, 0.75), 10))).toEqual([11, 11, 13, 13]);
});

test('while VMs warm up none goes', () => {
  const policy = make('step-scaling:outPoints=1,inPoints=1,warmUpSeconds=180');
  expect(vmsOf(drive(policy, utilization(0.75, 0.1, 0.1, 0.1, 0.1), 10))).toEqual([13, 13, 13, 13, 10]);
});

test('an alarm waits for its points, and a point that was seen before counts once', () => {
  const policy = make('step-scaling');
  const first = policy.decide(observation({ timeSeconds: 60, utilization: 0.9, ready: 10 })).action;
  const again = observation({ timeSeconds: 90, ageSeconds: 30, utilization: 0.9, ready: 10, lastAction: first });
  expect(policy.decide(again).action.vmCounts).toEqual([10]);
  const second = observation({ timeSeconds: 120, utilization: 0.9, ready: 10, lastAction: first });
  expect(policy.decide(second).action.vmCounts).toEqual([13]);
});
