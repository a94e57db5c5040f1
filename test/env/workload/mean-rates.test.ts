import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Workload } from '../../../env/types.ts';
import { expectedRequests, meanRates } from '../../../env/workload/mean-rates.ts';

const workload = (stepSeconds: number, requests: readonly number[]): Workload => ({
  name: 'test',
  stepSeconds,
  requests: Float64Array.from(requests),
  counted: true,
});

test('mean rates keep the total, whatever the two bin widths', () => {
  const widths = fc.double({ min: 0.1, max: 100, noNaN: true });
  fc.assert(
    fc.property(
      widths,
      widths,
      fc.array(fc.nat(1000), { minLength: 2, maxLength: 50 }),
      (step, binSeconds, requests) => {
        const rates = meanRates(workload(step, requests), binSeconds);
        const total = requests.reduce((a, b) => a + b, 0);
        expect(rates.reduce((sum, rate) => sum + rate * binSeconds, 0)).toBeCloseTo(total, 1);
      },
    ),
  );
});

test('a wider bin holds the mean of the bins in it', () => {
  expect([...meanRates(workload(1, [1, 2, 3, 4, 5, 6]), 3)]).toEqual([2, 5]);
});

test('a narrower bin holds its part of the bin around it', () => {
  expect([...meanRates(workload(60, [120, 600]), 30)]).toEqual([2, 2, 10, 10]);
});

test('a time span takes the overlapping part of every bin', () => {
  expect(expectedRequests(workload(2, [4, 10, 20]), 1, 5)).toBe(2 + 10 + 10);
  expect(expectedRequests(workload(2, [4, 10, 20]), 6, 60)).toBe(0);
});
