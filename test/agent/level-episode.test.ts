import { expect, test } from 'vitest';
import { drawEpisode, type LevelSource } from '../../agent/level-episode.ts';
import { Random } from '../../env/random.ts';
import { exampleTerms, wandering } from './example-levels.ts';

const source: LevelSource = {
  set: { histories: [wandering(400, Random.seeded(1))], weights: [1] },
  terms: [exampleTerms],
  spread: 0.2,
  anyService: 0,
  meanVms: [2, 40],
};

function ratios(changes: Partial<LevelSource>): number[] {
  const random = Random.seeded(5);
  return Array.from({ length: 600 }, () => drawEpisode({ ...source, ...changes }, random).terms.ratio);
}

test('terms lie around those that are given, as far as the spread says', () => {
  expect(new Set(ratios({ spread: 0 }))).toEqual(new Set([exampleTerms.ratio]));
  const deviation = Math.hypot(...ratios({}).map((ratio) => Math.log(ratio / exampleTerms.ratio))) / Math.sqrt(600);
  expect(deviation).toBeGreaterThan(0.15);
  expect(deviation).toBeLessThan(0.25);
});

test('a share of the episodes has the terms of any service, a unit of work elsewhere being dearer in all of them', () => {
  const far = ratios({ spread: 0, anyService: 0.3 }).filter((ratio) => ratio !== exampleTerms.ratio);
  expect(far.length / 600).toBeGreaterThan(0.22);
  expect(far.length / 600).toBeLessThan(0.38);
  expect(Math.min(...far)).toBeGreaterThan(1);
  expect(Math.min(...far)).toBeLessThan(1.2);
  expect(Math.max(...far)).toBeGreaterThan(8);
  expect(Math.max(...far)).toBeLessThanOrEqual(10);
});

test('an episode lies within its trace, and knows nothing that came before it was started', () => {
  const random = Random.seeded(6);
  for (let draw = 0; draw < 300; draw++) {
    const { history, first, start, level } = drawEpisode(source, random);
    expect(first).toBeGreaterThanOrEqual(0);
    expect(first).toBeLessThanOrEqual(start);
    expect(start).toBeLessThan(history.length);
    expect(Number.isInteger(level) && level >= 0).toBe(true);
  }
});
