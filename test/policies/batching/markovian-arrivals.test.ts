import { expect, test } from 'vitest';
import { Random } from '../../../env/random.ts';
import { fitArrivals, phasesAtArrivals, poissonArrivals } from '../../../policies/batching/markovian-arrivals.ts';

/** Rates per bin of an MMPP(2) of equal phases, by small steps. */
function drawn(rates: readonly [number, number], leave: number, bins: number, binSeconds: number): number[] {
  const random = Random.seeded(7, 'mmpp');
  const steps = 50;
  let phase = 0;
  return Array.from({ length: bins }, () => {
    let requests = 0;
    for (let step = 0; step < steps; step++) {
      const seconds = binSeconds / steps;
      if (random.uniform() < 1 - Math.exp(-leave * seconds)) phase = 1 - phase;
      requests += random.poisson(rates[phase]! * seconds);
    }
    return requests / binSeconds;
  });
}

test('the fit finds the process again that the counts were drawn from', () => {
  const { rates, leaves } = fitArrivals(drawn([50, 150], 0.02, 20000, 10), 10);
  expect(rates[0]).toBeGreaterThan(44);
  expect(rates[0]).toBeLessThan(56);
  expect(rates[1]).toBeGreaterThan(144);
  expect(rates[1]).toBeLessThan(156);
  expect(leaves[0]).toBeGreaterThan(0.017);
  expect(leaves[0]).toBeLessThan(0.023);
});

test('counts that vary no more than those of a Poisson process make one', () => {
  const even = fitArrivals(new Array(100).fill(40), 10);
  expect(even.rates).toEqual([40, 40]);
  const one = fitArrivals([7], 10);
  expect(one.rates).toEqual([7, 7]);
});

test('the mean rate is kept, whatever the counts', () => {
  const { rates, leaves } = fitArrivals([0, 0, 100, 0, 0, 0, 300, 0], 10);
  expect((rates[0] * leaves[1] + rates[1] * leaves[0]) / (leaves[0] + leaves[1])).toBeCloseTo(50, 9);
  expect(rates[0]).toBeGreaterThanOrEqual(0);
});

test('an arrival sees the busy phase in proportion to its rate', () => {
  expect(phasesAtArrivals({ rates: [10, 30], leaves: [1, 1] })).toEqual([0.25, 0.75]);
  expect(phasesAtArrivals({ rates: [10, 30], leaves: [1, 3] })).toEqual([0.5, 0.5]);
  expect(phasesAtArrivals(poissonArrivals(0))).toEqual([0.5, 0.5]);
});
