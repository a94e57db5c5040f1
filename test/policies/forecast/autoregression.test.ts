import { expect, test } from 'vitest';
import { Random } from '../../../env/random.ts';
import { Autoregression } from '../../../policies/forecast/autoregression.ts';

/** A first-order process around a mean. */
function process(weight: number, count: number, seed: number): number[] {
  const random = Random.seeded(seed, 'autoregression');
  let deviation = 0;
  return Array.from({ length: count }, () => {
    deviation = weight * deviation + random.normal();
    return 100 + deviation;
  });
}

test.each([0.3, 0.7, 0.95])(
  'the weight of a first-order process, %d, is found within its confidence interval',
  (weight) => {
    for (const seed of [1, 2, 3]) {
      const count = 5000;
      const ar = new Autoregression({ order: 1, forgetting: 1 });
      for (const rate of process(weight, count, seed)) ar.learn(rate);
      // Mann and Wald 1943: the estimate is normal with variance (1 - weight²) / count.
      const deviation = Math.sqrt((1 - weight ** 2) / count);
      expect(Math.abs(ar.weights[1]! - weight)).toBeLessThan(4 * deviation);
    }
  },
);

test('a first-order process is expected to go back to its mean, at the pace of its weight', () => {
  const ar = new Autoregression({ order: 1, forgetting: 1 });
  for (const rate of process(0.8, 5000, 4)) ar.learn(rate);
  ar.learn(110);
  const [constant, weight] = ar.weights;
  const mean = constant! / (1 - weight!);
  for (const [step, rate] of ar.expect(20)!.entries()) {
    expect(rate).toBeCloseTo(mean + (110 - mean) * weight! ** (step + 1), 6);
  }
});

test('an alternation of two rates is learnt', () => {
  const ar = new Autoregression({ order: 3 });
  for (let step = 0; step < 200; step++) ar.learn(step % 2 === 0 ? 10 : 30);
  const expected = ar.expect(4)!;
  for (const [step, rate] of [10, 30, 10, 30].entries()) expect(expected[step]).toBeCloseTo(rate, 2);
});

test('a month of a load that does not move leaves it as sound as it was', () => {
  const ar = new Autoregression();
  for (let step = 0; step < 43200; step++) ar.learn(50);
  for (let step = 0; step < 60; step++) ar.learn(50 + (step % 3));
  for (const rate of ar.expect(30)!) {
    expect(rate).toBeGreaterThan(49);
    expect(rate).toBeLessThan(53);
  }
});

test('weights under which a deviation would grow are contracted: a forecast far ahead ends within what was seen', () => {
  const ar = new Autoregression({ order: 2 });
  for (let step = 0; step < 60; step++) ar.learn(1.1 ** step);
  const expected = ar.expect(500)!;
  const newest = 1.1 ** 59;
  for (const rate of expected) expect(rate).toBeLessThanOrEqual(newest);
});
