import { describe, expect, test } from 'vitest';
import { Random } from '../../env/random.ts';
import { expectMean } from './confidence.ts';

const count = 100_000;

function draws(draw: (random: Random) => number, seed = 5): number[] {
  const random = Random.seeded(seed);
  return Array.from({ length: count }, () => draw(random));
}

/** Mean and variance, each with its interval. */
function expectMoments(samples: readonly number[], mean: number, variance: number): void {
  expectMean(samples, mean, 1e-3);
  expectMean(
    samples.map((one) => (one - mean) ** 2),
    variance,
    1e-3,
  );
}

describe('random numbers', () => {
  test('are uniform in [0, 1)', () => {
    const samples = draws((random) => random.uniform());
    expect(Math.min(...samples.slice(0, 1000))).toBeGreaterThanOrEqual(0);
    expect(Math.max(...samples.slice(0, 1000))).toBeLessThan(1);
    expectMoments(samples, 1 / 2, 1 / 12);
  });

  test('below a count are equally likely', () => {
    const seen = new Array<number>(7).fill(0);
    for (const one of draws((random) => random.below(7))) seen[one]!++;
    for (const times of seen) {
      expect(Math.abs(times - count / 7)).toBeLessThan(4 * Math.sqrt((count * 6) / 49));
    }
  });

  test('are exponential with mean 1', () => {
    expectMoments(
      draws((random) => random.exponential()),
      1,
      1,
    );
  });

  test('are standard normal, also in the tails', () => {
    const samples = draws((random) => random.normal());
    expectMoments(samples, 0, 1);
    expectMean(
      samples.map((one) => (Math.abs(one) > 2 ? 1 : 0)),
      0.0455,
    );
  });

  test('are lognormal with the given median', () => {
    const logarithms = draws((random) => Math.log(random.lognormal(200, 0.3)));
    expectMoments(logarithms, Math.log(200), 0.09);
  });

  test.each([0.01, 3, 29.9, 30.1, 200, 5000])('are Poisson with mean %d', (mean) => {
    const samples = draws((random) => random.poisson(mean));
    expect(samples.every((one) => Number.isInteger(one) && one >= 0)).toBe(true);
    expectMoments(samples, mean, mean);
  });

  test('are Poisson in shape: the third moment too', () => {
    expectMean(
      draws((random) => (random.poisson(60) - 60) ** 3),
      60,
    );
  });
});

describe('the same seed', () => {
  const first = (seed: number, label?: string) => {
    const random = Random.seeded(seed, label);
    return Array.from({ length: 50 }, () => random.bits());
  };

  test('gives the same numbers', () => {
    expect(first(3, 'boot')).toEqual(first(3, 'boot'));
  });

  test('gives others under another label, and so does another seed', () => {
    expect(first(3, 'boot')).not.toEqual(first(3, 'requests'));
    expect(first(3, 'boot')).not.toEqual(first(4, 'boot'));
  });

  test('goes on where a saved state was', () => {
    const random = Random.seeded(9);
    random.normal();
    const restored = Random.restored(random.save());
    expect(Array.from({ length: 9 }, () => restored.poisson(4))).toEqual(
      Array.from({ length: 9 }, () => random.poisson(4)),
    );
  });

  test('gives streams of different labels that do not move together', () => {
    const a = Random.seeded(1, 'a');
    const b = Random.seeded(1, 'b');
    expectMean(
      Array.from({ length: count }, () => (a.uniform() - 0.5) * (b.uniform() - 0.5)),
      0,
      0.002,
    );
  });
});
