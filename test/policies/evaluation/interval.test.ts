import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../../../env/random.ts';
import { coverageOfFew, interquartileInterval, interquartileMean } from '../../../policies/evaluation/interval.ts';

const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 40 });

describe('the interquartile mean', () => {
  test('is the mean of what lies between the quarters', () => {
    expect(interquartileMean([1, 2, 3, 4, 5, 6, 7, 8])).toBe(4.5);
    expect(interquartileMean([100, 2, 3, 4, -100])).toBe(3);
    expect(interquartileMean([1, 2, 6])).toBe(3);
  });

  test('lies between the extremes, does not mind the order, and moves with its values', () => {
    fc.assert(
      fc.property(values, fc.double({ min: -100, max: 100, noNaN: true }), (all, shift) => {
        const mean = interquartileMean(all);
        expect(mean).toBeGreaterThanOrEqual(Math.min(...all) - 1e-6);
        expect(mean).toBeLessThanOrEqual(Math.max(...all) + 1e-6);
        expect(interquartileMean([...all].reverse())).toBe(mean);
        expect(interquartileMean(all.map((one) => one + shift))).toBeCloseTo(mean + shift, 5);
      }),
    );
  });

  test('does not follow one value that runs away', () => {
    expect(interquartileMean([1, 1, 1, 1, 1e9])).toBe(1);
  });
});

describe('its interval', () => {
  test('is a point where all values of a stratum agree, however far the strata lie apart', () => {
    const { value, low, high } = interquartileInterval([
      [1, 1, 1],
      [3, 3, 3],
      [8, 8, 8],
    ]);
    expect([low, high]).toEqual([value, value]);
  });

  test('holds its value, and is the same every time', () => {
    fc.assert(
      fc.property(fc.array(values, { minLength: 1, maxLength: 4 }), (strata) => {
        const interval = interquartileInterval(strata);
        expect(interval).toEqual(interquartileInterval(strata));
        expect(interval.low).toBeLessThanOrEqual(interval.high);
      }),
      { numRuns: 20 },
    );
  });

  test('covers the truth about as often as it says: 95 of 100 for many normal values', () => {
    const random = Random.seeded(5);
    let covered = 0;
    const trials = 200;
    for (let trial = 0; trial < trials; trial++) {
      const { low, high } = interquartileInterval([Array.from({ length: 40 }, () => random.normal())]);
      if (low <= 0 && high >= 0) covered++;
    }
    // 95 % of 200 with three standard deviations of the binomial, and what a bootstrap of 40 values lacks.
    expect(covered).toBeGreaterThan(175);
  });
});

test.each([2, 3, 4])('of %i values it holds what it is an interval of as often as is said of it', (count) => {
  const random = Random.seeded(count, 'coverage');
  const times = 300;
  let held = 0;
  for (let time = 0; time < times; time++) {
    // Of a median of 1.
    const drawn = Array.from({ length: count }, () => random.lognormal(1, 0.01));
    const { low, high } = interquartileInterval([drawn]);
    if (low <= 1 && high >= 1) held++;
  }
  const said = coverageOfFew(count)!;
  expect(Math.abs(held / times - said)).toBeLessThan(4 * Math.sqrt((said * (1 - said)) / times));
  expect(coverageOfFew(5)).toBeNull();
});
