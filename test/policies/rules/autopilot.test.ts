import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPolicy } from '../../../policies/registry.ts';
import { DecayingHistogram } from '../../../policies/scaling/decaying-histogram.ts';
import { drive, vmsOf } from '../drive.ts';
import { examplePrices, exampleProfile } from '../example-service.ts';

const make = (text: string) => createPolicy(text, exampleProfile, examplePrices);

test('the histogram tells a percentile to within a bucket, two parts in a hundred', () => {
  const values = fc.array(fc.double({ min: 0.1, max: 1000, noNaN: true }), { minLength: 1, maxLength: 80 });
  fc.assert(
    fc.property(values, fc.double({ min: 0.01, max: 1, noNaN: true }), (seen, share) => {
      const histogram = new DecayingHistogram(1e9, 0.01);
      for (const value of seen) histogram.add(0, value, 1);
      const exact = [...seen].sort((a, b) => a - b)[Math.ceil(share * seen.length * (1 - 1e-9)) - 1]!;
      expect(histogram.quantile(share) / exact).toBeGreaterThan(0.999);
      expect(histogram.quantile(share) / exact).toBeLessThan(1.021);
    }),
  );
});

test('weights halve with the half-life, however long it runs', () => {
  const histogram = new DecayingHistogram(60, 0.01);
  for (let minute = 0; minute <= 2000; minute++) histogram.add(60 * minute, minute === 2000 ? 10 : 1, 1);
  // The newest sample is worth as much as all those before it together: 1 against 1/2 + 1/4 + …
  expect(histogram.quantile(0.49)).toBeCloseTo(1, 1);
  expect(histogram.quantile(0.51)).toBeGreaterThan(9.9);
});

test('autopilot holds the percentile of its window at its utilisation', () => {
  const quiet = 'autopilot:percentile=1,utilization=0.5,smallChange=0,mostGrowth=1000,scaleInDelaySeconds=0';
  expect(vmsOf(drive(make(quiet), [{ rates: 48 }, { rates: 98 }, { rates: 48 }], 10))).toEqual([10, 20, 20]);
});

test('small changes are not made, and growth is limited to a multiple of what is ready', () => {
  const made = make('autopilot:percentile=1,utilization=1,smallChange=0.1,mostGrowth=2');
  expect(vmsOf(drive(made, [{ rates: 205 }, { rates: 225 }], 20))).toEqual([20, 23]);
  const jump = vmsOf(drive(make('autopilot:percentile=1,utilization=1'), [{ rates: 395 }, { rates: 395 }], 10));
  expect(jump[0]).toBe(20);
  expect(jump[1]).toBeGreaterThanOrEqual(39);
});

test('load from before the start is remembered', () => {
  const policy = make('autopilot:percentile=1,utilization=1,mostGrowth=100');
  policy.recall!({ name: 'past', stepSeconds: 60, requests: Float64Array.from([60 * 100, 60 * 200]), counted: true });
  const [first] = vmsOf(drive(policy, [{ rates: 10 }], 10));
  expect(first).toBeGreaterThanOrEqual(20);
  expect(first).toBeLessThanOrEqual(21);
});
