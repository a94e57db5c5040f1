import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quantileOf } from '../../../policies/forecast/sample-quantile.ts';
import { SortedWindow } from '../../../policies/forecast/sorted-window.ts';

test('a quantile of the window is that of its newest values', () => {
  const values = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(
      values,
      fc.integer({ min: 1, max: 20 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (seen, capacity, share) => {
        const window = new SortedWindow(capacity);
        for (const value of seen) window.add(value);
        expect(window.count).toBe(Math.min(capacity, seen.length));
        expect(window.quantile(share)).toBeCloseTo(quantileOf(Float64Array.from(seen.slice(-capacity)), share), 12);
      },
    ),
  );
});
