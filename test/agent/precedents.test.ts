import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DemandHistory } from '../../agent/demand-history.ts';
import { precedents } from '../../agent/precedents.ts';
import { Random } from '../../env/random.ts';
import { binsPerInterval, steady, wandering } from './example-levels.ts';

const day = 1440;

test('the precedents of a peak are earlier peaks, the newest first of those that were alike', () => {
  const rates = Array.from({ length: 200 }, (_, minute) => (minute % 40 === 39 ? 90 : 30));
  const found = precedents(steady(rates), day);
  expect(found.slice(0, 3).map(({ interval }) => interval)).toEqual([159, 119, 79]);
  for (const { interval } of found.slice(0, 3)) expect(interval % 40).toBe(39);
});

test('of moments at which the demand had moved alike, those at which it was as large come first', () => {
  const shape = Array.from({ length: 40 }, (_, minute) => (minute === 39 ? 90 : 30));
  const times = (scale: number) => shape.map((rate) => rate * scale);
  const rates = [...times(1), ...times(1), ...times(3), ...times(3), ...times(1)];
  const found = precedents(steady(rates), day).slice(0, 4);
  expect(found.map(({ interval }) => interval)).toEqual([79, 39, 159, 119]);
});

test('a demand that came by a leap is no precedent of one that came by steps', () => {
  const quiet = new Array<number>(30).fill(10);
  const [leap, steps] = [
    [10, 20, 10, 30],
    [10, 10, 20, 30],
  ];
  const rates = [...quiet, ...steps!, ...quiet, ...leap!, ...quiet, ...steps!];
  expect(precedents(steady(rates), day)[0]!.interval).toBe(33);
});

test('what came after lower demand is told in proportion to that of now', () => {
  const rates = [...new Array<number>(60).fill(10), ...new Array<number>(60).fill(40)];
  for (const { interval, scale } of precedents(steady(rates), day)) expect(scale).toBeCloseTo(40 / rates[interval]!, 6);
});

test('of each something is known that came after, and none is older than what is remembered', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 4, max: 200 }),
      fc.nat(),
      (length, memory, seed) => {
        const found = precedents(wandering(length, Random.seeded(seed)), memory);
        const newest = length - 1;
        expect(found.length).toBeGreaterThanOrEqual(1);
        if (length < 4) expect(found).toEqual([{ interval: newest, scale: 1 }]);
        else for (const { interval } of found) expect(newest - interval).toBeGreaterThanOrEqual(3);
        for (const { interval } of found) expect(newest - interval).toBeLessThanOrEqual(memory);
      },
    ),
  );
});

test('after no demand at all, what is now goes on', () => {
  const rates = [...new Array<number>(50).fill(0), 20];
  expect(new Set(precedents(steady(rates), day))).toEqual(new Set([{ interval: 50, scale: 1 }]));
});

test('a history that forgets the oldest has the same precedents as one that was made of what it still knows', () => {
  const whole = wandering(900, Random.seeded(4));
  const forgetful = new DemandHistory(binsPerInterval, 64, 300);
  for (let at = 0; at < 900; at++)
    forgetful.push(whole.bins.subarray(at * binsPerInterval, (at + 1) * binsPerInterval));
  const gone = 900 - forgetful.length;
  expect(gone).toBeGreaterThan(0);
  const shifted = precedents(forgetful, 250).map(({ interval, scale }) => ({ interval: interval + gone, scale }));
  expect(shifted).toEqual(precedents(whole, 250));
});
