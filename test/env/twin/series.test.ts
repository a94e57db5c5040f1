import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emptyHistogram, histogramBin, quantileMs } from '../../../env/histogram.ts';
import {
  distributionOf,
  mergeDistributions,
  pointDistribution,
  quantile,
  shareUpTo,
} from '../../../env/twin/cloudwatch/distribution.ts';
import { type Datum, Series, together } from '../../../env/twin/cloudwatch/series.ts';

const minuteMs = 60_000;
const metric = { namespace: 'N', name: 'm', dimensions: [] };
const datum = (sum: number, samples = 1): Datum => ({ sum, samples, least: sum, most: sum, distribution: null });

describe('a series', () => {
  test('remembers every minute of 15 days, and adds what comes twice', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(40_000), fc.integer({ min: 1, max: 9 })), { maxLength: 200 }), (writes) => {
        const series = new Series(metric, false);
        const sums = new Map<number, number>();
        let newest = 0;
        for (const [offset, value] of writes) {
          const minute = 29_000_000 + offset;
          if (minute > newest - 21_600) sums.set(minute, (sums.get(minute) ?? 0) + value);
          newest = Math.max(newest, minute);
          series.add(minute * minuteMs, 0, datum(value));
        }
        for (const [minute, sum] of sums) {
          if (minute > newest - 21_600) expect(series.at(minute * minuteMs)?.sum).toBe(sum);
        }
        expect(series.at((newest + 1) * minuteMs)).toBeNull();
      }),
      { seed: 1 },
    );
  });

  test('takes no more memory after two months than after 15 days', () => {
    const series = new Series(metric, false);
    for (let minute = 0; minute < 60 * 1440; minute++) {
      series.add((29_000_000 + minute) * minuteMs, 0, { ...datum(1), distribution: pointDistribution(1, 1) });
    }
    expect(series.at(29_000_000 * minuteMs)).toBeNull();
    expect(series.at((29_000_000 + 45 * 1440) * minuteMs)?.sum).toBe(1);
    expect(series.at((29_000_000 + 60 * 1440 - 1) * minuteMs)?.distribution).not.toBeNull();
    expect(series.at((29_000_000 + 58 * 1440) * minuteMs)?.distribution).toBeNull();
  });
});

test('data are together what their samples are together', () => {
  const both = together([datum(3), { ...datum(5), samples: 2, sum: 10 }]);
  expect(both).toEqual({ sum: 13, samples: 3, least: 3, most: 5, distribution: null });
});

describe('a distribution', () => {
  const latencies = fc.array(fc.double({ min: 0.3, max: 60_000, noNaN: true }), { minLength: 1, maxLength: 300 });
  const histogramOf = (values: readonly number[]) => {
    const histogram = emptyHistogram();
    for (const value of values) histogram[histogramBin(value)]! += 1;
    return histogram;
  };

  test('has the percentiles of its histogram, and ranks that agree with them', () => {
    fc.assert(
      fc.property(latencies, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (values, share) => {
        const histogram = histogramOf(values);
        const known = distributionOf(histogram, 1)!;
        const value = quantile(known, share);
        expect(value / quantileMs(histogram, share)!).toBeCloseTo(1, 5);
        expect(shareUpTo(known, value)).toBeGreaterThanOrEqual(share - 1e-3);
      }),
      { seed: 2 },
    );
  });

  test('of two halves together is that of the whole', () => {
    fc.assert(
      fc.property(latencies, latencies, (a, b) => {
        const merged = mergeDistributions([
          distributionOf(histogramOf(a), 1000)!,
          distributionOf(histogramOf(b), 1000)!,
        ]);
        expect(merged).toEqual(distributionOf(histogramOf([...a, ...b]), 1000));
      }),
      { seed: 3 },
    );
  });
});
