import { expect, test } from 'vitest';
import { trainingWorkload } from '../../agent/training-families.ts';
import { Random } from '../../env/random.ts';

const drawn = Array.from({ length: 60 }, (_, seed) => trainingWorkload(Random.seeded(seed), 1));

test('demand of every kind is there, as a rate for each second', () => {
  for (const { requests, stepSeconds } of drawn) {
    expect(requests).toHaveLength(3600);
    expect(stepSeconds).toBe(1);
    expect(requests.every((rate) => Number.isFinite(rate) && rate >= 0)).toBe(true);
    expect(requests.some((rate) => rate > 0)).toBe(true);
  }
  const kinds = new Set(drawn.map(({ name }) => name.split('-')[1]));
  for (const kind of ['sources', 'sessions', 'jobs', 'scales', 'regimes']) expect(kinds).toContain(kind);
  expect(drawn.filter(({ name }) => name.startsWith('synthetic-')).length).toBeGreaterThan(15);
});

test('the same seed gives the same demand, another seed another', () => {
  const again = trainingWorkload(Random.seeded(3), 1);
  expect(again).toEqual(drawn[3]);
  expect(again.requests).not.toEqual(drawn[4]!.requests);
});
