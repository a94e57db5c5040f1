import { expect, test } from 'vitest';
import { drawBatch } from '../../agent/level-batch.ts';
import type { LevelSource } from '../../agent/level-episode.ts';
import { evaluateLevel } from '../../agent/level-evaluation.ts';
import { levelFeatures } from '../../agent/level-features.ts';
import { priceBatch } from '../../agent/level-pricing.ts';
import { Random } from '../../env/random.ts';
import { exampleTerms, wandering } from './example-levels.ts';

const histories = [1, 2, 3].map((seed) => wandering(400, Random.seeded(seed)));
const source: LevelSource = {
  set: { histories, weights: histories.map(() => 1) },
  terms: [exampleTerms],
  spread: 0.3,
  anyService: 0.2,
  meanVms: [2, 40],
};
const batch = drawBatch(source, 6, 0, Random.seeded(4));
const rows = batch.from.at(-1)!;

/** [row] */
function anyPreferences(seed: number): Float32Array {
  const random = Random.seeded(seed);
  return Float32Array.from({ length: rows }, () => random.normal());
}

test('a batch holds every interval of every episode in every state, and nothing but numbers', () => {
  expect(batch.models.map(({ intervals, states }, episode) => batch.from[episode]! + intervals * states)).toEqual(
    batch.from.slice(1),
  );
  expect(batch.observations.length).toBe(rows * levelFeatures.length);
  expect(batch.observations.every(Number.isFinite)).toBe(true);
});

test('the states of an interval differ in what tells the state, and in nothing else', () => {
  const states = (['is off', 'is booting', 'is on', 'boot done'] as const).map((name) => levelFeatures.indexOf(name));
  const { states: count } = batch.models[0]!;
  const row = (index: number) => [
    ...batch.observations.subarray(index * levelFeatures.length, (index + 1) * levelFeatures.length),
  ];
  const told = Array.from({ length: count }, (_, state) => states.map((at) => row(state)[at]!));
  const rest = Array.from({ length: count }, (_, state) => row(state).filter((_value, at) => !states.includes(at)));
  expect(new Set(told.map(String)).size).toBe(count);
  expect(new Set(rest.map(String)).size).toBe(1);
});

test('the advantages of a row have the mean 0 under its chances, and say which option is better', () => {
  const { rows: priced } = priceBatch(batch, anyPreferences(5), Random.seeded(6));
  for (let row = 0; row < priced.weights.length; row++) {
    const [off, on] = [priced.chances[2 * row]!, priced.chances[2 * row + 1]!];
    expect(off + on).toBeCloseTo(1, 5);
    expect(off * priced.advantages[2 * row]! + on * priced.advantages[2 * row + 1]!).toBeCloseTo(0, 4);
  }
});

test('the regret is what the policy costs beyond the plan with hindsight: never less than nothing, and nothing for the plan itself', () => {
  const { meanRegret } = priceBatch(batch, anyPreferences(7), Random.seeded(6));
  expect(meanRegret).toBeGreaterThan(0);
  const gains = new Float32Array(rows);
  for (const [episode, model] of batch.models.entries()) evaluateLevel(model, null, gains, batch.from[episode]!);
  const ofPlan = gains.map((gain) => (gain > 0 ? 100 : -100));
  expect(priceBatch(batch, ofPlan, Random.seeded(6)).meanRegret).toBeCloseTo(0, 5);
});

test('a policy is priced the same however often, but for the rows that are drawn from those it seldom gets to', () => {
  const preferences = anyPreferences(8);
  const [a, b] = [1, 2].map((seed) => priceBatch(batch, preferences, Random.seeded(seed)));
  expect(a!.meanRegret).toBe(b!.meanRegret);
  const total = (one: typeof a) => one!.rows.weights.reduce((sum, weight) => sum + weight, 0);
  expect(Math.abs(total(a) / total(b) - 1)).toBeLessThan(0.05);
});
