import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Random } from '../../../env/random.ts';
import { policyKind } from '../../../policies/kind.ts';
import { reactive } from '../../../policies/reactive.ts';
import { isBetter, type Score, scoreOf, type TraceScore } from '../../../policies/tuning/score.ts';
import { gridSize, searchSettings, tunedParameters } from '../../../policies/tuning/search.ts';
import { exampleProfile } from '../example-service.ts';

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

const score = (costRatio: number, shortfall = 0): Score => ({ costRatio, shortfall, traces: [] });

/** A valley whose bottom is at x = 2, y = 6, wait = 0; defaults lie at 5, 5, 1. */
async function valley(specification: string): Promise<Score> {
  const read = (name: string, otherwise: number) =>
    Number(new RegExp(`\\b${name}=([0-9.]+)`).exec(specification)?.[1] ?? otherwise);
  return score((read('x', 5) - 2) ** 2 + (read('y', 5) - 6) ** 2 + read('wait', 1));
}

const search = (budget: number, seed = 1, evaluate = valley) =>
  searchSettings({ kind, router: 'overflow', budget, random: Random.seeded(seed), evaluate });

test('the search finds the bottom of a valley with a part of the grid', async () => {
  expect(gridSize(tunedParameters(kind, 'overflow'))).toBe(128);
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

test('the promise comes before the dollars', () => {
  expect(isBetter(score(9), score(1, 0.001))).toBe(true);
  expect(isBetter(score(9, 0.001), score(1, 0.002))).toBe(true);
  expect(isBetter(score(1), score(2))).toBe(true);
  expect(isBetter(score(1), score(1))).toBe(false);
});

test('the score adds up what is missing and averages what is paid over the bound', () => {
  const trace: TraceScore = { usd: 3, requests: 100, attainment: 0.995, accuracy: 0.8, boundUsd: 2 };
  const bad = { ...trace, usd: 5, attainment: 0.97, accuracy: 0.79, boundUsd: 4 };
  const { shortfall, costRatio } = scoreOf(exampleProfile, [trace, bad]);
  expect(shortfall).toBeCloseTo(0.03, 6);
  expect(costRatio).toBeCloseTo((1.5 + 1.25) / 2, 12);
  const silent = { ...trace, attainment: null, accuracy: null };
  expect(scoreOf(exampleProfile, [silent]).shortfall).toBe(0);
});
