import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DemandHistory } from '../../agent/demand-history.ts';

const rates = fc.array(fc.double({ min: 0, max: 1000, noNaN: true }), { minLength: 3, maxLength: 3 });
const intervals = fc.array(rates, { minLength: 1, maxLength: 100 });

test('a history that grows by intervals is the one that was made at once', () => {
  fc.assert(
    fc.property(intervals, (all) => {
      const grown = new DemandHistory(3, 0);
      for (const one of all) grown.push(one);
      const whole = DemandHistory.of(Float32Array.from(all.flat()), 3);
      expect(grown.length).toBe(all.length);
      for (const field of ['means', 'peaks'] as const) {
        for (let at = 0; at < all.length; at++) expect(grown[field][at]).toBeCloseTo(whole[field][at]!, 3);
      }
      expect(grown.bins.subarray(0, 3 * all.length)).toEqual(whole.bins);
    }),
  );
});

test('mean, peak and spread are those of the bins', () => {
  const history = DemandHistory.of(Float32Array.of(2, 4, 6, 5, 5, 5, 99), 3);
  expect(history.length).toBe(2); // the bin of an interval that is not whole is left out
  expect([...history.means]).toEqual([4, 5]);
  expect([...history.peaks]).toEqual([6, 5]);
  expect(history.spreads[0]).toBeCloseTo(Math.sqrt(8 / 3), 6);
  expect(history.spreads[1]).toBe(0);
});

test('a level is used by what the demand has above it, bin by bin, up to one VM', () => {
  const history = DemandHistory.of(Float32Array.of(10, 25, 40), 3);
  expect(history.levelUse(0, 0, 0.1)).toBe(1);
  expect(history.levelUse(0, 1, 0.1)).toBe((0 + 1 + 1) / 3);
  expect(history.levelUse(0, 2, 0.1)).toBe((0 + 0.5 + 1) / 3);
  expect(history.levelUse(0, 4, 0.1)).toBe(0);
});

test('the uses of all levels add to the demand', () => {
  fc.assert(
    fc.property(rates, fc.double({ min: 0.001, max: 0.1, noNaN: true }), (one, unitsPerRate) => {
      const history = DemandHistory.of(Float32Array.from(one), 3);
      let sum = 0;
      for (let level = 0; level <= 100; level++) sum += history.levelUse(0, level, unitsPerRate);
      expect(sum).toBeCloseTo(history.means[0]! * unitsPerRate, 3);
    }),
  );
});
