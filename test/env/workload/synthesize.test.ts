import { expect, test } from 'vitest';
import { Random } from '../../../env/random.ts';
import { synthesize } from '../../../env/workload/synthesize.ts';

const hours = 6;
const random = Random.seeded(11);
const scenarios = Array.from({ length: 300 }, () => synthesize(random, hours));

test('every scenario has a mean of one request per second and no negative rate', () => {
  for (const { requests, counted } of scenarios) {
    expect(requests.length).toBe(hours * 3600);
    expect(requests.reduce((sum, rate) => sum + rate, 0) / requests.length).toBeCloseTo(1, 9);
    expect(requests.every((rate) => rate >= 0 && rate < Infinity)).toBe(true);
    expect(counted).toBe(false);
  }
});

test('scenarios are of every family, from smooth to bursty', () => {
  const families = ['wave', 'mmpp', 'crowd', 'on-off', 'walk', 'stairs', 'spikes'];
  for (const family of families) expect(scenarios.some(({ name }) => name.includes(family))).toBe(true);
  const peaks = scenarios.map(({ requests }) => requests.reduce((a, b) => Math.max(a, b)));
  expect(peaks.filter((peak) => peak < 2).length).toBeGreaterThan(20);
  expect(peaks.filter((peak) => peak > 6).length).toBeGreaterThan(20);
});

test('the same random state gives the same scenario', () => {
  expect(synthesize(Random.seeded(4), 1)).toEqual(synthesize(Random.seeded(4), 1));
});
