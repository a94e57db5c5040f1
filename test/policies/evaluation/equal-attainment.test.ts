import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CurvePoint, usdAtAttainment } from '../../../policies/evaluation/equal-attainment.ts';

const target = { attainment: 0.99, accuracyFloor: 0.7 };
const point = (usd: number, attainment: number | null, accuracy = 0.8): CurvePoint => ({ usd, attainment, accuracy });
const cost = (...points: CurvePoint[]) => usdAtAttainment(points, target);

describe('the cost at equal attainment', () => {
  test('lies between the points around the target, in proportion', () => {
    expect(cost(point(10, 0.98), point(20, 1))).toBeCloseTo(15, 9);
    expect(cost(point(10, 0.985), point(12, 0.995), point(30, 1), point(5, 0.5))).toBeCloseTo(11, 9);
  });

  test('is that of the cheapest point that keeps the promise where no cheaper one misses it', () => {
    expect(cost(point(10, 0.995), point(8, 0.999), point(9, 0.98))).toBe(8);
  });

  test('is absent where no point keeps the promise', () => {
    expect(cost(point(10, 0.9), point(100, 0.98999))).toBeNull();
    expect(cost(point(10, null))).toBeNull();
  });

  test('does not count answers that are too often wrong', () => {
    expect(cost(point(1, 1, 0.69), point(7, 0.99))).toBe(7);
    expect(cost(point(7, 0.99, 0.7 - 1e-12))).toBe(7);
  });

  test('is never above the cheapest point that keeps the promise, never below the cheapest of all', () => {
    const points = fc.array(
      fc.tuple(fc.double({ min: 1, max: 100, noNaN: true }), fc.double({ min: 0.9, max: 1, noNaN: true })),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(points, (pairs) => {
        const all = pairs.map(([usd, attainment]) => point(usd, attainment));
        const usd = cost(...all);
        const kept = all.filter((one) => one.attainment! >= 0.99).map((one) => one.usd);
        expect(usd === null).toBe(kept.length === 0);
        if (usd === null) return;
        expect(usd).toBeLessThanOrEqual(Math.min(...kept) + 1e-9);
        expect(usd).toBeGreaterThanOrEqual(Math.min(...all.map((one) => one.usd)) - 1e-9);
      }),
    );
  });
});
