import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attributePreference } from '../../../agent/explanation/attribution.ts';
import { groupShares } from '../../../agent/explanation/feature-groups.ts';
import { fleetOdds } from '../../../agent/explanation/fleet-odds.ts';
import { levelFeatures } from '../../../agent/level-features.ts';
import { Actor } from '../../../agent/ppo/forward.ts';
import { loadAgent } from '../../../agent/saved-agent.ts';
import { Random } from '../../../env/random.ts';
import { levelShape, untrained } from '../example-agent.ts';

/** Anything that a level could see, as normalised features of a few deviations. */
function observations(mean: readonly number[], deviation: (feature: number) => number, count: number): Float32Array[] {
  const random = Random.seeded(5);
  return Array.from({ length: count }, () =>
    Float32Array.from(mean, (one, feature) => one + 2 * deviation(feature) * random.normal()),
  );
}

function sum(values: ArrayLike<number>): number {
  return Array.from(values).reduce((total, one) => total + one, 0);
}

describe('what features add to a vote', () => {
  test('adds up to the difference between what was seen and the mean of training (completeness)', async () => {
    const { level } = await loadAgent('checkpoints/default');
    const { mean, squares, count } = level.normalizer;
    for (const seen of observations(mean, (feature) => Math.sqrt(squares[feature]! / count), 6)) {
      const { preference, usual, parts } = attributePreference(level, seen, 1, 0);
      expect(sum(parts)).toBeCloseTo(preference - usual, 2);
    }
  });

  test('explains what the network says: the preference is the difference of its logits', async () => {
    const { level } = await loadAgent('checkpoints/default');
    const logits = new Float32Array(2);
    for (const seen of observations(level.normalizer.mean, () => 0.3, 4)) {
      new Actor(level).logits(seen, logits);
      expect(attributePreference(level, seen, 1, 0).preference).toBeCloseTo(logits[1]! - logits[0]!, 3);
    }
  });

  test('is nothing for a feature that is as in training on average, and turns its sign with the question', () => {
    const network = untrained(levelShape, 3);
    const seen = new Float32Array(levelFeatures.length);
    seen[7] = 2;
    const { parts } = attributePreference(network, seen, 1, 0);
    expect([...parts].filter((one) => one !== 0)).toHaveLength(1);
    const turned = attributePreference(network, seen, 0, 1).parts;
    expect(turned[7]).toBeCloseTo(-parts[7]!, 9);
  });

  test('adds up group by group too', () => {
    const features = levelFeatures.map((feature, at) => ({ feature, value: 0, usualValue: 0, share: at - 30 }));
    const grouped = groupShares(features);
    expect(sum(grouped.map((one) => one.share))).toBeCloseTo(sum(features.map((one) => one.share)), 9);
    expect(grouped).toHaveLength(6);
  });
});

test('the odds of fleets are those of votes drawn level by level', () => {
  expect([...fleetOdds([])]).toEqual([1]);
  expect([...fleetOdds([0.5, 0.5])]).toEqual([0.25, 0.5, 0.25]);
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 40 }), (chances) => {
      const odds = fleetOdds(chances);
      const mean = odds.reduce((total, one, yeses) => total + yeses * one, 0);
      expect(sum(odds)).toBeCloseTo(1, 9);
      expect(mean).toBeCloseTo(sum(chances), 9);
    }),
  );
});
