import { expect, test } from 'vitest';
import type { Workload } from '../../../env/types.ts';
import { RateWindow } from '../../../policies/demand.ts';
import { createPolicy } from '../../../policies/registry.ts';
import { drive, vmsOf } from '../drive.ts';
import { examplePrices, exampleProfile, observation } from '../example-service.ts';

const make = () => createPolicy('percentile:percentile=1,margin=1,windowSeconds=300', exampleProfile, examplePrices);
const past = (rates: readonly number[]): Workload => ({
  ...{ name: 'past', stepSeconds: 60, counted: true },
  requests: Float64Array.from(rates, (rate) => 60 * rate),
});

test('percentile without a past takes no VM away before its window is full', () => {
  const decisions = drive(make(), Array(7).fill({ rates: 8 }), 10);
  expect(vmsOf(decisions).slice(0, 5)).toEqual(Array(5).fill(10));
  expect(vmsOf(decisions).at(-1)).toBeLessThan(10);
});

test('a window that the past fills is full at the first decision, and its peak counts until it has passed', () => {
  const quiet = make();
  quiet.recall!(past(Array(10).fill(8)));
  expect(vmsOf(drive(quiet, [{ rates: 8 }], 10))[0]).toBeLessThan(10);
  const busy = make();
  busy.recall!(past([...Array(8).fill(8), 98, 8]));
  const [first, ...rest] = vmsOf(drive(busy, Array(8).fill({ rates: 8 }), 1));
  expect(first).toBeGreaterThan(5);
  expect(rest.at(-1)).toBeLessThan(first!);
});

test('a past that is shorter than the window does not fill it', () => {
  const policy = make();
  policy.recall!(past([8, 8]));
  expect(vmsOf(drive(policy, [{ rates: 8 }], 10))).toEqual([10]);
});

test('a step of the past weighs as many bins of the metrics as it lasts', () => {
  const window = new RateWindow(300, { binSeconds: 10 });
  window.recall(past([5, 5]));
  expect(window.points).toHaveLength(12);
  window.add(observation({ timeSeconds: 60, rates: 50 }));
  expect(window.quantile(0.5)).toBe(5);
});
