import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPolicy } from '../../../policies/registry.ts';
import { GrowthLimit } from '../../../policies/scaling/growth-limit.ts';
import { replicasForTotal, replicasForUsage } from '../../../policies/scaling/replica-calculator.ts';
import { drive, vmsOf } from '../drive.ts';
import { examplePrices, exampleProfile, observation } from '../example-service.ts';

const make = (text: string) => createPolicy(text, exampleProfile, examplePrices);
/** All pods measured. */
const wanted = (current: number, ratio: number) =>
  replicasForUsage({ current, measured: current, missing: 0, notReady: 0, ratio, tolerance: 0.1 });

test("Kubernetes' own examples: 4 pods at 90 for a target of 60 become 6; within a tenth of the target nothing happens", () => {
  expect(wanted(4, 90 / 60)).toBe(6);
  expect(wanted(10, 1.09)).toBe(10);
  expect(wanted(10, 1.1)).toBe(10);
  expect(wanted(10, 1.11)).toBe(12);
  expect(wanted(10, 0.91)).toBe(10);
  expect(wanted(10, 0.5)).toBe(5);
});

test('twice the target doubles, half of it halves', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), (pods) => {
      expect(wanted(pods, 2)).toBe(2 * pods);
      expect(wanted(2 * pods, 0.5)).toBe(pods);
    }),
  );
});

test('pods that are not ready count as idle when scaling up, which damps it, or stops it', () => {
  const measured = 10;
  const count = (notReady: number) =>
    replicasForUsage({ current: 10 + notReady, measured, missing: 0, notReady, ratio: 1.5, tolerance: 0.1 });
  expect(count(0)).toBe(15);
  // 15 of 12 would be an eighth over, which is above the tolerance; 15 of 14 is within it.
  expect(count(2)).toBe(15);
  expect(count(4)).toBe(14);
});

test('a direction that turns round on account of pods that were not measured is not taken', () => {
  const up = replicasForUsage({ current: 20, measured: 10, missing: 10, notReady: 0, ratio: 1.5, tolerance: 0.1 });
  expect(up).toBe(20);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 0, max: 50 }),
      fc.integer({ min: 0, max: 50 }),
      fc.double({ min: 0, max: 5, noNaN: true }),
      (measured, missing, notReady, ratio) => {
        const current = measured + missing + notReady;
        const pods = replicasForUsage({ current, measured, missing, notReady, ratio, tolerance: 0.1 });
        expect(Math.sign(pods - current) * Math.sign(ratio - 1)).toBeGreaterThanOrEqual(0);
      },
    ),
  );
});

test('pods without a measurement count as at the target when scaling down', () => {
  // 8 at a quarter of the target and 2 at the target: 4 are needed.
  const pods = replicasForUsage({ current: 10, measured: 8, missing: 2, notReady: 0, ratio: 0.25, tolerance: 0.1 });
  expect(pods).toBe(4);
});

test('an external metric is shared out over the replicas, within the same tolerance', () => {
  expect(replicasForTotal(4, 90, 15, 0.1)).toBe(6);
  expect(replicasForTotal(10, 109, 10, 0.1)).toBe(10);
  expect(replicasForTotal(10, 111, 10, 0.1)).toBe(12);
  expect(replicasForTotal(0, 25, 10, 0.1)).toBe(3);
});

test('in fifteen seconds the fleet may double or grow by four, whichever is more', () => {
  expect(new GrowthLimit().settle(0, 1, 100)).toBe(5);
  const limit = new GrowthLimit();
  expect(limit.settle(0, 10, 100)).toBe(20);
  expect(limit.settle(5, 20, 100)).toBe(20);
  expect(limit.settle(15, 20, 100)).toBe(40);
  expect(limit.settle(30, 40, 30)).toBe(30);
});

test('hpa scales up at once and down once nothing has asked for more for five minutes', () => {
  const load = [0.96, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4].map((utilization) => ({ rates: 1, utilization }));
  const vms = vmsOf(drive(make('hpa'), load, 10));
  // The two newest were not measured in the second minute, so seven were wanted then, and six from the third one on.
  expect(vms).toEqual([12, 12, 12, 12, 12, 7, 6]);
});

test('a VM that became ready after the metric was measured has no measurement', () => {
  const policy = make('hpa:scaleInDelaySeconds=0');
  policy.decide(observation({ timeSeconds: 0, utilization: null, ready: 5, booting: 5 }));
  const late = observation({ timeSeconds: 60, ageSeconds: 30, utilization: 1, ready: 10 });
  // Five at 1.25 of the target, five taken for idle: no reason to grow.
  expect(policy.decide(late).action.vmCounts).toEqual([10]);
});
