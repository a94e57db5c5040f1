import { describe, expect, test } from 'vitest';
import { obeys } from '../../../env/number-rule.ts';
import { generatorKinds } from '../../../env/workload/generators.ts';
import { parseGenerator } from '../../../env/workload/reference.ts';

const sum = (values: Iterable<number>) => [...values].reduce((a, b) => a + b, 0);
const mean = (values: Float64Array) => sum(values) / values.length;

describe.each(generatorKinds.map((kind) => [kind.name, kind] as const))('%s', (name, kind) => {
  test('has defaults within their ranges', () => {
    for (const parameter of Object.values(kind.parameters)) expect(obeys(parameter.default, parameter)).toBe(true);
  });

  test('gives rates that are finite and not negative, in seconds', () => {
    const workload = parseGenerator(name);
    expect(workload.stepSeconds).toBe(1);
    expect(workload.counted).toBe(kind.counted);
    expect(workload.requests.every((rate) => rate >= 0 && rate < Infinity)).toBe(true);
    expect(sum(workload.requests)).toBeGreaterThan(0);
  });

  test('gives the same from the same seed, and other from another unless it is constant', () => {
    const one = parseGenerator(`${name}:seed=7`).requests;
    expect(parseGenerator(`${name}:seed=7`).requests).toEqual(one);
    if (name === 'constant') expect(parseGenerator(`${name}:seed=8`).requests).toEqual(one);
    else expect(parseGenerator(`${name}:seed=8`).requests).not.toEqual(one);
  });
});

describe('the workloads of Serverless Data Science', () => {
  test.each([
    ['workload-40', 15_000, 40],
    ['workload-120', 51_600, 120],
    ['workload-200', 86_000, 200],
  ])('%s has its exact total in 900 s for every seed', (name, total, high) => {
    for (let seed = 1; seed <= 20; seed++) {
      const workload = parseGenerator(`${name}:seed=${seed}`);
      expect(workload.requests.length).toBe(900);
      expect(sum(workload.requests)).toBe(total);
      expect(workload.requests.every(Number.isInteger)).toBe(true);
      expect(workload.requests.reduce((a, b) => Math.max(a, b))).toBeLessThan(high + 6 * Math.sqrt(high));
    }
  });

  test('are at the high rate for the assumed time', () => {
    const { requests } = parseGenerator('workload-200:highSeconds=400,seed=3');
    const aboveMiddle = requests.filter((count) => count > 100).length;
    expect(Math.abs(aboveMiddle - 400)).toBeLessThan(8); // a second at either edge of two periods, and chance
  });

  test('120 and 200 share one sequence of states', () => {
    const small = parseGenerator('workload-120:seed=5').requests.map((count) => (count > 60 ? 1 : 0));
    const large = parseGenerator('workload-200:seed=5').requests.map((count) => (count > 100 ? 1 : 0));
    expect(sum(small.map((state, second) => Math.abs(state - large[second]!)))).toBeLessThan(8);
  });
});

test('a constant is constant', () => {
  expect(parseGenerator('constant:mean=7,hours=0.5').requests).toEqual(new Float64Array(1800).fill(7));
});

test.each([1, 1.5, 4, 10])(
  'a day without noise has its mean and its peak of %d times the mean at its hour',
  (peakToMean) => {
    const { requests } = parseGenerator(`diurnal:mean=50,peakToMean=${peakToMean},peakHour=18,noise=0`);
    expect(mean(requests)).toBeCloseTo(50, 2);
    expect(requests.reduce((a, b) => Math.max(a, b))).toBeCloseTo(50 * peakToMean, 2);
    if (peakToMean > 1) expect(Math.abs(requests.indexOf(Math.max(...requests)) - 18 * 3600)).toBeLessThanOrEqual(1);
  },
);

test('the noise of a day leaves its mean and has its log-deviation', () => {
  const { requests } = parseGenerator('diurnal:mean=1,peakToMean=1,noise=0.3,hours=300');
  const logs = requests.map(Math.log);
  const centre = mean(logs);
  // 300 h hold 3600 relaxation times of 300 s: three per cent, and ten, are far beyond chance.
  expect(Math.abs(mean(requests) - 1)).toBeLessThan(0.03);
  expect(Math.abs(Math.sqrt(mean(logs.map((log) => (log - centre) ** 2))) / 0.3 - 1)).toBeLessThan(0.1);
});

test('two states hold their rates in proportion to their stays', () => {
  const { requests } = parseGenerator('mmpp:low=10,high=100,lowSeconds=200,highSeconds=100,hours=500');
  const share = requests.filter((rate) => rate > 55).length / requests.length;
  expect(Math.abs(share - 1 / 3)).toBeLessThan(0.03);
  expect(requests.every((rate) => rate >= 10 - 1e-9 && rate <= 100 + 1e-9)).toBe(true);
});

test('a crowd rises to its peak over the base and leaves again', () => {
  const { requests } = parseGenerator(
    'flash-crowd:base=10,peak=5,crowds=1,rampSeconds=60,holdSeconds=300,decaySeconds=60,seed=2',
  );
  expect(requests.filter((rate) => Math.abs(rate - 50) < 1e-9).length).toBe(300);
  expect(requests.filter((rate) => rate > 10).length).toBeLessThanOrEqual(60 + 300 + 7 * 60);
  expect(parseGenerator('flash-crowd:base=10,crowds=0').requests).toEqual(new Float64Array(86_400).fill(10));
});

test('bursts and pauses without jitter are periodic', () => {
  const { requests } = parseGenerator('on-off:on=9,off=1,onSeconds=30,offSeconds=60,jitter=0,hours=9');
  expect(mean(requests)).toBeCloseTo((9 * 30 + 1 * 60) / 90, 1);
  for (let second = 0; second + 90 < requests.length; second++)
    expect(requests[second + 90]).toBeCloseTo(requests[second]!, 6);
});

test.each([2, 10, 60])(
  'a scenario in %d lots a second has the shape it has without, and the variance of such lots',
  (lots) => {
    const smooth = parseGenerator('synthetic:mean=300,hours=24,seed=5').requests;
    const rough = parseGenerator(`synthetic:mean=300,hours=24,seed=5,lots=${lots}`).requests;
    const lot = 300 / lots;
    for (const count of rough) expect(Math.abs(count / lot - Math.round(count / lot))).toBeLessThan(1e-9);
    // 86,400 seconds, whose mean has a relative error of 1/sqrt(86,400 lots).
    expect(Math.abs(mean(rough) / 300 - 1)).toBeLessThan(4 / Math.sqrt(86_400 * lots));
    const squares = rough.map((count, second) => (count - smooth[second]!) ** 2);
    expect(Math.abs(sum(squares) / sum(smooth) / lot - 1)).toBeLessThan(0.05);
  },
);
