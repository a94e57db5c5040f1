import { expect, test } from 'vitest';
import { Random } from '../../../env/random.ts';
import { ArrivalInstants } from '../../../env/sim/arrival-instants.ts';
import { expectMean } from '../confidence.ts';

test('instants rise within the second', () => {
  const instants = new ArrivalInstants(Random.seeded(1));
  for (const count of [0, 1, 7, 300, 5000]) {
    instants.draw(count);
    const times = instants.times.subarray(0, count);
    expect(times).toEqual(times.toSorted());
    expect(times.every((time) => time >= 0 && time < 1)).toBe(true);
  }
});

test('the k-th of n is at k/(n + 1) on average, with the variance of uniform order statistics', () => {
  const instants = new ArrivalInstants(Random.seeded(2));
  const n = 9;
  const drawn = Array.from({ length: 40_000 }, () => {
    instants.draw(n);
    return instants.times.slice(0, n);
  });
  for (let k = 1; k <= n; k++) {
    const mean = k / (n + 1);
    expectMean(
      drawn.map((times) => times[k - 1]!),
      mean,
    );
    expectMean(
      drawn.map((times) => (times[k - 1]! - mean) ** 2),
      (mean * (1 - mean)) / (n + 2),
    );
  }
});
