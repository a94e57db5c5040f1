import { describe, expect, test } from 'vitest';
import { DeadlineShares } from '../../../env/physics/deadline-shares.ts';
import {
  lognormalShareBelow,
  lognormalSigma,
  normalQuantile,
  normalShareBelow,
  unitLognormalTable,
} from '../../../env/physics/lognormal.ts';
import { withClasses } from '../sim/small-service.ts';

describe('normal and lognormal', () => {
  test('shares agree with the printed table', () => {
    for (const [z, share] of [
      [0, 0.5],
      [1, 0.8413447],
      [-1.96, 0.0249979],
      [3, 0.9986501],
    ] as const) {
      expect(normalShareBelow(z)).toBeCloseTo(share, 6);
    }
  });

  test('quantiles undo shares', () => {
    for (let share = 0.0001; share < 1; share += 0.0099) {
      expect(normalShareBelow(normalQuantile(share))).toBeCloseTo(share, 6);
    }
  });

  test.each([0, 0.12, 0.5, 1])('tables have mean 1 and, but for the last tail, the variation asked for: %d', (cv) => {
    const table = unitLognormalTable(cv, 4096);
    const mean = table.reduce((sum, one) => sum + one, 0) / table.length;
    const variance = table.reduce((sum, one) => sum + (one - 1) ** 2, 0) / table.length;
    expect(mean).toBeCloseTo(1, 9);
    expect(Math.sqrt(variance)).toBeGreaterThanOrEqual(0.97 * cv);
    expect(Math.sqrt(variance)).toBeLessThanOrEqual(cv + 1e-9);
    expect(table).toEqual(table.toSorted());
  });

  test('the share below the median is a half; without variation all are at the mean', () => {
    const median = 100 * Math.exp(-(lognormalSigma(0.5) ** 2) / 2);
    expect(lognormalShareBelow(median, 100, 0.5)).toBeCloseTo(0.5, 6);
    expect(lognormalShareBelow(100, 100, 0)).toBe(1);
    expect(lognormalShareBelow(99, 100, 0)).toBe(0);
    expect(lognormalShareBelow(-1, 100, 0.5)).toBe(0);
  });
});

describe('deadlines', () => {
  const shares = new DeadlineShares({ ...withClasses({ name: 'one', share: 1, deadlineMs: 500 }), serviceCv: 0.3 });

  test('are kept by the share of services that fits into what the delay leaves', () => {
    const table = unitLognormalTable(0.3, 100_000);
    for (const delay of [0, 0.2, 0.3, 0.4, 0.49, 0.6]) {
      const exact = table.filter((unit) => delay + 0.15 * unit <= 0.5).length / table.length;
      expect(shares.share(0, delay, 0.15)).toBeCloseTo(exact, 3);
    }
  });

  test('leave as slack what a mean service does not need', () => {
    expect(shares.slackSeconds(0, 0.15)).toBeCloseTo(0.35, 12);
    expect(shares.slackSeconds(0, 0.6)).toBe(0);
  });
});
