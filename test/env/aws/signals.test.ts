import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inBins } from '../../../env/aws/metrics/observation.ts';
import { histogramOf, lognormalPercentiles } from '../../../env/aws/metrics/percentile-histogram.ts';
import type { OverflowRouter, RouterReading } from '../../../env/aws/overflow-router.ts';
import { emptyHistogram, histogramBin, quantileMs } from '../../../env/histogram.ts';
import { OutcomeUnknown } from '../../../env/outcome-unknown.ts';
import type { Action } from '../../../env/types.ts';
import { constant, example } from '../twin/open.ts';
import { liveOn } from './on-twin.ts';

describe('a histogram from percentiles', () => {
  test('has them, and as many answers as there were', () => {
    const latency = fc.double({ min: 1, max: 20_000, noNaN: true });
    const property = fc.property(fc.tuple(latency, latency, latency), fc.nat({ max: 1_000_000 }), (values, count) => {
      const [p50, p95, p99] = values.sort((a, b) => a - b) as [number, number, number];
      const histogram = histogramOf(count + 1, { p50, p95, p99 });
      const total = histogram.reduce((sum, one) => sum + one, 0);
      expect(total / (count + 1)).toBeCloseTo(1, 6);
      for (const [share, value] of [
        [0.5, p50],
        [0.95, p95],
        [0.99, p99],
      ] as const) {
        expect(Math.abs(Math.log(quantileMs(histogram, share)! / value))).toBeLessThan(0.04);
      }
    });
    fc.assert(property, { seed: 1, numRuns: 200 });
  });

  test('of a mean and a coefficient of variation has that mean', () => {
    const { p50, p95, p99 } = lognormalPercentiles(100, 0.5);
    expect(p50).toBeCloseTo(100 / Math.sqrt(1.25), 6);
    expect(p50 < p95 && p95 < p99).toBe(true);
  });
});

describe('rates in bins', () => {
  test('of the newest decision interval, coarser ones repeated, finer ones averaged', async () => {
    const { profile } = await example('image-classifier');
    expect(inBins([5], 60, profile)).toEqual([5, 5, 5, 5, 5, 5]);
    expect(inBins([1, 2, 3, 4, 5, 6], 60, profile)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(inBins([9, 9, 1, 2, 3, 4, 5, 6], 80, profile)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(inBins([4, 6], 20, profile)).toEqual([4, 4, 4, 4, 4, 6]);
    expect(inBins([1, 3], 10, profile).at(-1)).toBe(2);
  });
});

const action: Action = {
  variant: 1,
  vmCounts: [3, 0],
  lambdaMemoryMb: 1769,
  spillover: { maxWaitMs: [0, 0], lambdaShare: 0 },
};

function reading(more: Partial<RouterReading> = {}): RouterReading {
  const latency = emptyHistogram();
  latency[histogramBin(200)] = 600;
  return {
    seconds: 60,
    arrivals: [10],
    classes: [
      { requests: 300, inTime: 290, late: 5, lost: 5 },
      { requests: 300, inTime: 300, late: 5, lost: 0 },
    ],
    spilled: 60,
    answeredBy: null,
    queue: [0, 4],
    busyShare: [0.5, null],
    servers: [new Map(), new Map()],
    latency,
    meanLatencyMs: 200,
    ...more,
  };
}

/** Answers what it is given, in turn. */
function routerOf(...readings: readonly (RouterReading | null)[]): OverflowRouter {
  let next = 0;
  return { observe: async () => readings[next++] ?? null, setting: async () => null, close: async () => {} };
}

describe('beside an overflow router', () => {
  const options = { workload: constant(10, 3600), initialVms: [3, 0] };

  test('its second-fresh signals are preferred, and its counts told at once', async () => {
    const live = await liveOn('image-classifier', options, {
      router: routerOf(reading(), reading({ answeredBy: [590, 5, 0, 0] })),
    });
    live.twin.advance(600);
    await live.environment.observe();
    await expect(live.environment.step(action)).rejects.toBeInstanceOf(OutcomeUnknown);
    live.twin.advance(60);
    const seen = await live.environment.observe();
    expect(seen.arrivals).toEqual({ value: Array(6).fill(10), ageSeconds: 0 });
    expect(seen.queueLength).toEqual([
      { value: 0, ageSeconds: 0 },
      { value: 4, ageSeconds: 0 },
    ]);
    expect(seen.utilization).toEqual([{ value: 0.5, ageSeconds: 0 }, null]);
    expect(seen.spilledPerSecond).toEqual({ value: 1, ageSeconds: 0 });
    expect(seen.latencyMs.p95!.value).toBeCloseTo(200, -1);
    expect(seen.attainment[0]!.value).toBeCloseTo(290 / 300, 9);
    const told = await live.environment.step(action);
    expect(told).toMatchObject({ classes: reading().classes, spilled: 60, seconds: 60 + 600 });
    expect(told.accuracySum).toBeCloseTo(590 * 0.713 + 5 * 0.779, 9);
    expect(told.insideChange).toBe(-5);
    await live.end();
  });

  test('whose latencies are only known by their mean has percentiles all the same', async () => {
    const mean = reading({ latency: null, meanLatencyMs: 150 });
    const live = await liveOn('image-classifier', options, { router: routerOf(mean) });
    const { latencyMs } = await live.environment.observe();
    expect(latencyMs.p50!.value).toBeGreaterThan(140);
    expect(latencyMs.p99!.value).toBeLessThan(210);
    await live.end();
  });

  test('that tells nothing leaves the arrivals absent, whatever CloudWatch knows of Lambda', async () => {
    const live = await liveOn('image-classifier', options, { router: routerOf() });
    live.twin.advance(600);
    const seen = await live.environment.observe();
    expect(seen.arrivals).toBeNull();
    expect(seen.queueLength).toEqual([null, null]);
    expect(seen.spilledPerSecond!.ageSeconds).toBe(120);
    expect(live.environment.readings.said).toEqual([
      'The router tells nothing: it does not answer, or has only begun.',
    ]);
    await expect(live.environment.step(action)).rejects.toBeInstanceOf(OutcomeUnknown);
    await live.end();
  });

  test('of a fleet that was never read nothing is changed', async () => {
    const live = await liveOn('image-classifier', options, { router: routerOf() });
    await expect(live.environment.step({ ...action, vmCounts: [9, 0] })).rejects.toBeInstanceOf(OutcomeUnknown);
    expect(live.twin.requests).toEqual([]);
    expect(live.environment.readings.said).toEqual(['No fleet was read yet: nothing is changed.']);
    await live.end();
  });
});
