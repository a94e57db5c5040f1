import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitTrend, trendAt } from '../../../policies/forecast/trend.ts';

test('the line through points on a line is that line, and goes on as it', () => {
  const any = fc.double({ min: -100, max: 100, noNaN: true });
  fc.assert(
    fc.property(any, any, fc.integer({ min: 2, max: 50 }), (slope, start, count) => {
      const points = Array.from({ length: count }, (_, index) => ({
        endSeconds: 10 * index,
        perSecond: start + slope * 10 * index,
      }));
      const trend = fitTrend(points);
      expect(trend.slope).toBeCloseTo(slope, 6);
      expect(trendAt(trend, 1000)).toBeCloseTo(Math.max(0, start + slope * 1000), 4);
    }),
  );
});

test('a single point has no slope', () => {
  expect(trendAt(fitTrend([{ endSeconds: 60, perSecond: 7 }]), 600)).toBe(7);
});

test('least squares: the residuals are orthogonal to time', () => {
  const points = [3, 9, 2, 8, 14].map((perSecond, index) => ({ endSeconds: 60 * index, perSecond }));
  const trend = fitTrend(points);
  const residuals = points.map((one) => one.perSecond - (trend.meanPerSecond + trend.slope * (one.endSeconds - 120)));
  expect(residuals.reduce((sum, one) => sum + one, 0)).toBeCloseTo(0, 10);
  expect(residuals.reduce((sum, one, index) => sum + one * index, 0)).toBeCloseTo(0, 10);
});
