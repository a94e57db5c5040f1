import { expect, test } from 'vitest';
import { drawHistory, trainingSet } from '../../agent/training-set.ts';
import { Random } from '../../env/random.ts';
import type { Workload } from '../../env/types.ts';

const sizes = {
  decisionSeconds: 60,
  binSeconds: 10,
  copiesPerTrace: 3,
  syntheticCount: 4,
  syntheticHours: 1,
  tracesForHalf: 4 / 3, // so two traces leave 40 % to synthetic demand
};

function ramp(name: string, minutes: number): Workload {
  const requests = Float64Array.from({ length: minutes * 60 }, (_, second) => 5 + second / 60);
  return { name, stepSeconds: 1, requests, counted: false };
}

const traces = [ramp('one', 120), ramp('other', 60)];

test('a set holds every trace, its altered copies and synthetic demand, all with a mean of 1', () => {
  const { histories } = trainingSet(traces, sizes, Random.seeded(1));
  expect(histories).toHaveLength(2 + 2 * 3 + 4);
  for (const history of histories) {
    expect(history.length).toBeGreaterThan(0);
    expect(history.bins.every((rate) => Number.isFinite(rate) && rate >= 0)).toBe(true);
    const mean = history.bins.reduce((sum, rate) => sum + rate, 0) / history.bins.length;
    expect(Math.abs(mean - 1)).toBeLessThan(0.02); // bins that fill no interval are left out
  }
  expect([histories[0]!.length, histories[1]!.length]).toEqual([120, 60]);
});

test('a trace keeps its shape, up to its unit and the noise of counts, and its copies differ from it', () => {
  const { histories } = trainingSet(traces, sizes, Random.seeded(1));
  const [trace] = histories;
  const mean = (from: number) => trace!.means.slice(from, from + 20).reduce((sum, one) => sum + one, 0) / 20;
  const exact = (from: number) => 5 + from + 10;
  // 20 minutes at 20 requests per second and more, half as many at the start: 0.9 % each at the least; four deviations
  expect(Math.abs(mean(90) / mean(0) / (exact(90) / exact(0)) - 1)).toBeLessThan(
    4 * Math.hypot(1 / Math.sqrt(5000), 1 / Math.sqrt(24_000)),
  );
  for (const copy of histories.slice(2)) expect(copy.bins).not.toEqual(trace!.bins);
});

test('demand that never moves is noisy all the same, as counts are', () => {
  const steady: Workload = { name: 'steady', stepSeconds: 60, requests: new Float64Array(600).fill(60), counted: true };
  const [history] = trainingSet([steady], sizes, Random.seeded(1)).histories;
  const variance = history!.bins.reduce((sum, rate) => sum + (rate - 1) ** 2, 0) / history!.bins.length;
  expect(variance).toBeGreaterThan(0.8 / (1000 * 10)); // of Poisson counts at 20 to 1,000 requests per second, in bins of 10 s
  expect(variance).toBeLessThan(1.2 / (20 * 10));
});

test('the samples come from synthetic demand the less often the more traces there are, and from every trace', () => {
  const set = trainingSet(traces, sizes, Random.seeded(1));
  expect(set.weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 9);
  const random = Random.seeded(2);
  const drawn = Array.from({ length: 4000 }, () => set.histories.indexOf(drawHistory(set, random)));
  expect(drawn.filter((index) => index >= 8).length / 4000).toBeCloseTo(0.4, 1);
  expect(new Set(drawn).size).toBe(12);
});

test('without traces all is synthetic', () => {
  const set = trainingSet([], sizes, Random.seeded(1));
  expect(set.histories).toHaveLength(4);
  expect(set.weights).toEqual([0.25, 0.25, 0.25, 0.25]);
});

test('demand of nothing becomes steady demand, not NaN', () => {
  const silence: Workload = { name: 'silence', stepSeconds: 60, requests: new Float64Array(60), counted: true };
  const { histories } = trainingSet([silence], sizes, Random.seeded(1));
  for (const history of histories) expect(history.bins.every(Number.isFinite)).toBe(true);
});

test('the same seed gives the same set, another seed another', () => {
  const bytes = (seed: number) => trainingSet(traces, sizes, Random.seeded(seed)).histories.map((one) => one.bins);
  expect(bytes(1)).toEqual(bytes(1));
  expect(bytes(1)).not.toEqual(bytes(2));
});
