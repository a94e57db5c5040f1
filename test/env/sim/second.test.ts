import { expect, test } from 'vitest';
import { Random } from '../../../env/random.ts';
import { Second } from '../../../env/sim/second.ts';
import { expectMean } from '../confidence.ts';
import { service, withClasses } from './small-service.ts';

const units = Float64Array.of(0.5, 1.5);

test('instants rise within the second', () => {
  const second = new Second(service, units, Random.seeded(1));
  for (const count of [0, 1, 7, 300, 5000]) {
    second.draw(7, count);
    const times = second.times.subarray(0, count);
    expect(times).toEqual(times.toSorted());
    expect(second.times[count]).toBe(Number.POSITIVE_INFINITY);
    expect(times.every((time) => time >= 7 && time <= 8)).toBe(true);
  }
});

test('the k-th of n is at k/(n + 1) on average, with the variance of uniform order statistics', () => {
  const second = new Second(service, units, Random.seeded(2));
  const n = 9;
  const drawn = Array.from({ length: 40_000 }, () => {
    second.draw(0, n);
    return second.times.slice(0, n);
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

test('classes come by their shares, services by the table, and independently', () => {
  const classes = withClasses(
    { name: 'strict', share: 0.3, deadlineMs: 100 },
    { name: 'relaxed', share: 0.7, deadlineMs: 1000 },
  );
  const second = new Second(classes, units, Random.seeded(3));
  const count = 100_000;
  second.draw(0, count);
  const drawn = Array.from({ length: count }, (_, index) => index);
  expectMean(
    drawn.map((index) => second.classes[index]!),
    0.7,
  );
  expectMean(
    drawn.map((index) => second.units[index]!),
    1,
  );
  expectMean(
    drawn.map((index) => second.units[index]! * second.classes[index]!),
    0.7,
  );
  const requests = new Float64Array(2);
  second.next = count;
  second.book(requests);
  expect(requests[0]! + requests[1]!).toBe(count);
});
