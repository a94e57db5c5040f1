import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batchSizes } from '../../../policies/batching/batch-sizes.ts';
import { type MarkovianArrivals, poissonArrivals } from '../../../policies/batching/markovian-arrivals.ts';

const sizesOf = (arrivals: MarkovianArrivals, timeoutSeconds: number, most: number) =>
  batchSizes(arrivals, [timeoutSeconds], most)[0]!;

function poisson(mean: number, count: number): number {
  let term = Math.exp(-mean);
  for (let at = 1; at <= count; at++) term *= mean / at;
  return term;
}

test('for a Poisson process the further requests of a batch are a Poisson number, cut at its size', () => {
  for (const [rate, timeout, most] of [
    [20, 0.1, 8],
    [3, 0.5, 4],
    [200, 0.02, 16],
    [50, 0, 4],
  ] as const) {
    const sizes = sizesOf(poissonArrivals(rate), timeout, most);
    let below = 0;
    for (let size = 1; size < most; size++) {
      expect(sizes[size - 1]).toBeCloseTo(poisson(rate * timeout, size - 1), 8);
      below += sizes[size - 1]!;
    }
    expect(sizes[most - 1]).toBeCloseTo(1 - below, 8);
  }
});

test('whatever the process, the probabilities are none negative and add to 1', () => {
  const rate = fc.double({ min: 0, max: 500, noNaN: true });
  const leave = fc.double({ min: 0.001, max: 50, noNaN: true });
  fc.assert(
    fc.property(
      rate,
      rate,
      leave,
      leave,
      fc.double({ min: 0, max: 2, noNaN: true }),
      fc.integer({ min: 1, max: 20 }),
      (...[a, b, c, d, timeout, most]) => {
        const sizes = sizesOf({ rates: [a, b], leaves: [c, d] }, timeout, most);
        expect(sizes.every((one) => one >= 0)).toBe(true);
        expect(sizes.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 9);
      },
    ),
  );
});

test('phases that never change mix two Poisson processes, each seen as often as it has arrivals', () => {
  const sizes = sizesOf({ rates: [5, 15], leaves: [1e-9, 1e-9] }, 0.2, 6);
  for (let size = 1; size < 6; size++) {
    expect(sizes[size - 1]).toBeCloseTo(0.25 * poisson(1, size - 1) + 0.75 * poisson(3, size - 1), 6);
  }
});

test('phases that change at once are a Poisson process of the mean rate', () => {
  const sizes = sizesOf({ rates: [0, 20], leaves: [5000, 5000] }, 0.2, 6);
  for (let size = 1; size < 6; size++) expect(sizes[size - 1]).toBeCloseTo(poisson(2, size - 1), 2);
});

test('a batch that long outlasts its filling is full', () => {
  expect(sizesOf(poissonArrivals(1000), 10, 16)[15]).toBeCloseTo(1, 9);
});

test('several timeouts at once are as each by itself', () => {
  const arrivals = { rates: [30, 90], leaves: [0.5, 2] } as const;
  const timeouts = [0, 0.01, 0.1, 0.5, 3];
  expect(batchSizes(arrivals, timeouts, 12)).toEqual(timeouts.map((timeout) => sizesOf(arrivals, timeout, 12)));
});
