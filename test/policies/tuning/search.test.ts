import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Random } from '../../../env/random.ts';
import { type Parameter, policyKind } from '../../../policies/kind.ts';
import { reactive } from '../../../policies/rules/reactive.ts';
import { gridSize, tunedParameters } from '../../../policies/tuning/dials.ts';
import { isBetter, type Score, scoreOf, type TraceScore } from '../../../policies/tuning/score.ts';
import { searchSettings } from '../../../policies/tuning/search.ts';
import { examplePool, examplePrices, exampleProfile } from '../example-service.ts';

const range = { unit: '', min: 0, max: 10, meaning: '' };
const kind = policyKind({
  name: 'made-up',
  summary: '',
  source: '',
  open: '',
  parameters: [
    { ...range, name: 'x', default: 5, tune: [0, 1, 2, 3, 4, 5, 6, 7] },
    { ...range, name: 'y', default: 5, tune: [0, 1, 2, 3, 4, 5, 6, 7] },
    { ...range, name: 'wait', default: 1, tune: [0, 1], router: 'overflow' },
    { ...range, name: 'weight', default: 1, tune: [0, 1], router: 'weights' },
    { ...range, name: 'fixed', default: 3 },
  ],
  create: reactive.create,
});

const dials = tunedParameters(kind, exampleProfile, examplePrices);

const score = (costRatio: number, shortfall = 0, reserveShortfall = shortfall): Score => ({
  costRatio,
  shortfall,
  reserveShortfall,
  traces: [],
});

/** A valley whose bottom is at x = 2, y = 6, wait = 0; defaults lie at 5, 5, 1. */
async function valley(specification: string): Promise<Score> {
  const read = (name: string, otherwise: number) =>
    Number(new RegExp(`\\b${name}=([0-9.]+)`).exec(specification)?.[1] ?? otherwise);
  return score((read('x', 5) - 2) ** 2 + (read('y', 5) - 6) ** 2 + read('wait', 1));
}

const search = (budget: number, seed = 1, evaluate = valley) =>
  searchSettings({
    kind,
    fixed: {},
    dials,
    budget,
    random: Random.seeded(seed),
    evaluate: (specifications) => Promise.all(specifications.map(evaluate)),
  });

test('the search finds the bottom of a valley with a part of the grid', async () => {
  expect(gridSize(dials)).toBe(128);
  const trials = await search(60);
  expect(trials).toHaveLength(60);
  expect(trials[0]!.specification).toBe('made-up:x=2,y=6,wait=0');
});

test('with budget enough the whole grid is tried, the defaults first, and no setting twice', async () => {
  const tried: string[] = [];
  await search(1000, 1, async (specification) => {
    tried.push(specification);
    return valley(specification);
  });
  expect(tried[0]).toBe('made-up');
  expect(tried).toHaveLength(128);
  expect(new Set(tried).size).toBe(128);
});

test('parameters of the other router, and those without a grid, are left alone', async () => {
  const trials = await search(1000);
  for (const { specification } of trials) expect(specification).not.toMatch(/weight|fixed/);
});

test('the budget is never exceeded, the ranking is by worth, and the same seed gives the same trials', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 0, max: 99 }), async (budget, seed) => {
      const trials = await search(budget, seed);
      expect(trials.length).toBeLessThanOrEqual(budget);
      for (const [index, one] of trials.entries()) {
        if (index > 0) expect(isBetter(one.score, trials[index - 1]!.score)).toBe(false);
      }
      expect(await search(budget, seed)).toEqual(trials);
    }),
    { numRuns: 20 },
  );
});

test('a search that keeps finding nothing new ends', async () => {
  const flat = async () => score(1);
  const trials = await search(127, 3, flat);
  expect(trials.length).toBeLessThanOrEqual(127);
});

test('what is fixed stays fixed, in every setting', async () => {
  const random = Random.seeded(1);
  const free = dials.filter((one) => one.name !== 'y');
  const evaluate = (specifications: readonly string[]) => Promise.all(specifications.map(valley));
  const trials = await searchSettings({ kind, fixed: { y: 1 }, dials: free, budget: 1000, random, evaluate });
  expect(trials).toHaveLength(16);
  for (const { specification } of trials) expect(specification).toContain('y=1');
});

test('every pool that can be chosen is tried, the usual one under no name, and none where there is no choice', () => {
  const pools = (...list: (typeof examplePool)[]) =>
    tunedParameters(reactive, { ...exampleProfile, pools: list }, examplePrices).find((one) => one.name === 'pool');
  const slow = { ...examplePool, name: 'slow', serviceMs: [900, 900, 900] };
  const inaccurate = { ...examplePool, name: 'inaccurate', serviceMs: [50, null, null] };
  expect(pools(examplePool)).toBeUndefined();
  expect(pools(examplePool, inaccurate)).toBeUndefined();
  expect(pools(examplePool, inaccurate, examplePool)?.values).toEqual([null, 3]);
  expect(pools(slow, examplePool)?.values).toEqual([1, null]);
});

test('the promise comes before its reserve, and the reserve before the dollars', () => {
  expect(isBetter(score(9), score(1, 0.001))).toBe(true);
  expect(isBetter(score(9, 0.001), score(1, 0.002))).toBe(true);
  expect(isBetter(score(9, 0, 0.004), score(1, 0.001, 0.002))).toBe(true);
  expect(isBetter(score(9), score(1, 0, 0.001))).toBe(true);
  expect(isBetter(score(1), score(2))).toBe(true);
  expect(isBetter(score(1), score(1))).toBe(false);
});

test('the score adds up what is missing and averages what is paid over what the defaults cost', () => {
  const trace: TraceScore = {
    usd: 3,
    requests: 100,
    attainment: 0.995,
    accuracy: 0.8,
    boundUsd: 1,
    defaultUsd: 2,
    isDrawn: false,
    origin: 'a',
  };
  const bad = { ...trace, origin: 'b', usd: 5, attainment: 0.97, accuracy: 0.79, defaultUsd: 4 };
  const { shortfall, reserveShortfall, costRatio } = scoreOf(exampleProfile, [trace, bad], 0.7);
  expect(shortfall).toBeCloseTo(0.03, 6);
  // A reserve of 70 % of the misses allowed turns 99 % into 99.7 %.
  expect(reserveShortfall).toBeCloseTo(0.002 + 0.027 + 0.01, 6);
  expect(costRatio).toBeCloseTo(Math.sqrt(1.5 * 1.25), 12);
  // Parts of one source count as one: their mean.
  const part = { ...trace, usd: 1.5 };
  expect(scoreOf(exampleProfile, [trace, part, bad], 0).costRatio).toBeCloseTo(
    Math.sqrt(Math.sqrt(1.5 * 0.75) * 1.25),
    12,
  );
  // Of recorded and drawn traces the kind decides on which it does worse.
  const drawn = { ...trace, usd: 4, isDrawn: true };
  expect(scoreOf(exampleProfile, [trace, drawn, drawn], 0).costRatio).toBeCloseTo(2, 12);
  const unfinished = { ...trace, attainment: null, accuracy: null };
  expect(scoreOf(exampleProfile, [unfinished], 0).shortfall).toBeCloseTo(0.99, 6);
  const silent = { ...unfinished, requests: 0 };
  expect(scoreOf(exampleProfile, [silent], 1).reserveShortfall).toBe(0);
});

test('what is published is tried whatever the budget, off the grid too, so that the result is never worse', async () => {
  const published = [
    { x: 9, y: 9 },
    { x: 2, y: 6.5 },
    { x: 8, y: 1 },
  ];
  const stated = { ...kind, published };
  const trials = await searchSettings({
    kind: stated,
    fixed: { wait: 0 },
    dials,
    budget: 1,
    random: Random.seeded(1),
    evaluate: (specifications) => Promise.all(specifications.map(valley)),
  });
  expect(trials).toHaveLength(4);
  expect(trials[0]!.specification).toBe('made-up:x=2,y=6.5,wait=0');
});

test('the search goes on from the best of what is published', async () => {
  const stated = { ...kind, published: [{ x: 2, y: 7, wait: 0 }] };
  const options = { kind: stated, fixed: {}, dials, random: Random.seeded(1) };
  const evaluate = (specifications: readonly string[]) => Promise.all(specifications.map(valley));
  const trials = await searchSettings({ ...options, budget: 28, evaluate });
  expect(trials[0]!.specification).toBe('made-up:x=2,y=6,wait=0');
});

test('parameters that only help together are found', async () => {
  // A ridge: every single step from the defaults is worse.
  const ridge = async (specification: string): Promise<Score> => {
    const read = (name: string) => Number(new RegExp(`\\b${name}=([0-9.]+)`).exec(specification)?.[1] ?? 5);
    const [x, y] = [read('x'), read('y')];
    return score(x <= 3 && y <= 3 ? x + y : 20 + Math.abs(x - 5) + Math.abs(y - 5));
  };
  for (const seed of [1, 2, 3, 4, 5]) expect((await search(60, seed, ridge))[0]!.score.costRatio).toBe(0);
});

/** On how many workloads a score says that a setting falls short that leaves `attainment` in time on `late` of them. */
function missedOn(count: number, late: number, attainment: number, isDrawn: boolean) {
  const traces = Array.from({ length: count }, (_, place): TraceScore => {
    const quality = { requests: 100, attainment: place < late ? attainment : 1, accuracy: 0.8 };
    return { usd: 1, ...quality, boundUsd: 1, defaultUsd: 1, isDrawn, origin: String(place) };
  });
  const { shortfall, reserveShortfall } = scoreOf(exampleProfile, traces, 0.3);
  return [Math.round(shortfall / (0.99 - attainment)), Math.round(reserveShortfall / (0.993 - attainment))];
}

test('of many drawn workloads an eighth is put aside on which most is missing, and a quarter for the reserve; of recorded ones none', () => {
  for (const late of [0, 1, 2, 5, 6, 10, 11, 40]) {
    expect(missedOn(40, late, 0.9, true)).toEqual([Math.max(0, late - 5), Math.max(0, late - 10)]);
    expect(missedOn(40, late, 0.9, false)).toEqual([late, late]);
  }
  expect(missedOn(8, 2, 0.9, true)).toEqual([1, 0]);
  expect(missedOn(4, 1, 0.9, true)).toEqual([1, 0]);
  expect(missedOn(1, 1, 0.9, true)).toEqual([1, 1]);
});

test('settings that differ only in what makes no difference are run once', async () => {
  const acts: Parameter['acts'] = ({ x }) => x !== 0;
  const parameters = kind.parameters.map((one) => (one.name === 'y' ? { ...one, acts } : one));
  const asked: string[] = [];
  const trials = await searchSettings({
    kind: { ...kind, parameters },
    fixed: {},
    dials: ['x', 'y'].map((name) => ({ name, values: [0, 1, 2] })),
    budget: 100,
    random: Random.seeded(1, 'idle'),
    evaluate: async (specifications) => {
      asked.push(...specifications);
      return specifications.map(() => score(1));
    },
  });
  expect(new Set(asked).size).toBe(asked.length);
  const still = trials.filter(({ values }) => values.x === 0);
  expect(still).toHaveLength(1);
  expect(still[0]!.values.y).toBe(kind.parameters.find((one) => one.name === 'y')!.default);
});
