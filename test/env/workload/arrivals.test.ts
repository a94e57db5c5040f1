import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../../../env/random.ts';
import type { Workload } from '../../../env/types.ts';
import { ArrivalStream } from '../../../env/workload/arrivals.ts';
import { durationSeconds } from '../../../env/workload/duration.ts';

function counted(stepSeconds: number, requests: readonly number[]): Workload {
  return { name: 'test', stepSeconds, requests: Float64Array.from(requests), counted: true };
}

function expected(stepSeconds: number, requests: readonly number[]): Workload {
  return { ...counted(stepSeconds, requests), counted: false };
}

/** [second] Everything that arrives, and a little beyond the end. */
function arrivals(workload: Workload, seed: number, chunk = 7): number[] {
  const stream = new ArrivalStream(workload, Random.seeded(seed));
  const counts: number[] = [];
  while (counts.length < durationSeconds(workload) + 1) {
    const next = new Int32Array(chunk);
    stream.take(next);
    counts.push(...next);
  }
  return counts;
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

describe('counted workloads', () => {
  const steps = fc.oneof(
    fc.constantFrom(0.1, 0.25, 1 / 3, 0.5, 1, 1.5, 2.5, 3, 60),
    fc.double({ min: 0.05, max: 40, noNaN: true }),
  );

  test('keep their total exactly, whatever the step and the rate', () => {
    fc.assert(
      fc.property(steps, fc.array(fc.nat(400), { minLength: 2, maxLength: 40 }), fc.nat(), (step, requests, seed) => {
        expect(sum(arrivals(counted(step, requests), seed))).toBe(sum(requests));
      }),
    );
  });

  test('keep the total of every bin of whole seconds, also where the rate is high', () => {
    const requests = [3, 9000, 0, 12_345, 400, 2401];
    const seconds = arrivals(counted(60, requests), 4);
    requests.forEach((count, bin) => {
      expect(sum(seconds.slice(bin * 60, bin * 60 + 60))).toBe(count);
    });
  });

  test('pass through unchanged where bins are seconds', () => {
    expect(arrivals(counted(1, [4, 0, 7, 1]), 9).slice(0, 6)).toEqual([4, 0, 7, 1, 0, 0]);
  });

  test('gather the bins of a second where bins are shorter', () => {
    expect(arrivals(counted(0.25, [1, 2, 3, 4, 10, 20, 30, 40]), 9).slice(0, 3)).toEqual([10, 100, 0]);
  });

  test.each([
    ['sparse', 20],
    ['dense', 400],
  ])('spread a %s bin evenly: multinomial variance in every second', (_name, rate) => {
    const width = 10;
    const bins = 3000;
    const seconds = arrivals(counted(width, new Array<number>(bins).fill(rate * width)), 5, 1000);
    for (let offset = 0; offset < width; offset++) {
      const here = Array.from({ length: bins }, (_, bin) => seconds[bin * width + offset]!);
      const variance = sum(here.map((count) => (count - rate) ** 2)) / bins;
      const multinomial = rate * (1 - 1 / width);
      expect(Math.abs(sum(here) / bins - rate)).toBeLessThan(4.5 * Math.sqrt(multinomial / bins));
      expect(Math.abs(variance / multinomial - 1)).toBeLessThan(4.5 * Math.sqrt(2 / bins));
    }
  });

  test('place the requests of a bin that a second cuts in proportion', () => {
    const bins = 4000;
    const seconds = arrivals(counted(1.5, new Array<number>(bins).fill(30)), 6, 1000);
    const middle = Array.from({ length: bins / 2 }, (_, pair) => seconds[3 * pair + 1]!);
    // Two halves of 0.5 s from bins of 1.5 s: binomial(30, 1/3) from each.
    expect(Math.abs(sum(middle) / middle.length - 20)).toBeLessThan(4.5 * Math.sqrt((60 * 2) / 9 / middle.length));
  });
});

describe('expected workloads', () => {
  test.each([1, 0.2, 2.5, 60])('are Poisson in every second: mean equals variance, step %d s', (step) => {
    const rate = 12;
    const bins = Math.ceil(20_000 / step);
    const seconds = arrivals(expected(step, new Array<number>(bins).fill(rate * step)), 3, 1000).slice(0, 20_000);
    const mean = sum(seconds) / seconds.length;
    const variance = sum(seconds.map((count) => (count - mean) ** 2)) / seconds.length;
    expect(Math.abs(mean - rate)).toBeLessThan(4.5 * Math.sqrt(rate / seconds.length));
    expect(Math.abs(variance / rate - 1)).toBeLessThan(4.5 * Math.sqrt((2 + 1 / rate) / seconds.length));
  });

  test('bring nothing where nothing is expected, nor after the end', () => {
    const seconds = arrivals(expected(2, [0, 50, 0]), 1);
    expect(seconds.slice(0, 2)).toEqual([0, 0]);
    expect(sum(seconds.slice(4))).toBe(0);
    expect(sum(seconds)).toBeGreaterThan(0);
  });
});

test.each([counted(2.5, [70, 3, 900]), expected(1, [5, 6, 80])])(
  'the same seed gives the same counts, in pieces of any length',
  (workload) => {
    const length = Math.ceil(durationSeconds(workload));
    const whole = arrivals(workload, 8, 1).slice(0, length);
    expect(arrivals(workload, 8, 5).slice(0, length)).toEqual(whole);
    expect(arrivals(workload, 9, 5).slice(0, length)).not.toEqual(whole);
  },
);
