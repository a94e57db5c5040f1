import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  endOfLifeCost,
  keepsWarm,
  type LevelInterval,
  levelInterval,
  servingShare,
} from '../../agent/level-economy.ts';
import type { LevelTerms } from '../../agent/level-terms.ts';
import { Random } from '../../env/random.ts';
import { exampleTerms, wandering } from './example-levels.ts';

function interval(terms: LevelTerms, use: number, isBilled: boolean, serving: number, sinceSpill = 0): LevelInterval {
  const result: LevelInterval = { cost: 0, missed: 0, spilled: 0 };
  levelInterval(terms, use, isBilled, serving, sinceSpill, result);
  return result;
}

describe('one interval of a level', () => {
  test('the levels of a fleet cost what the fleet costs: its VMs, and the work beyond those that are ready', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 0, max: 60 }),
        fc.integer({ min: 0, max: 20 }),
        (seed, ready, booting) => {
          const history = wandering(5, Random.seeded(seed), 200);
          const unitsPerRate = 0.1;
          for (let now = 0; now < history.length; now++) {
            let cost = 0;
            for (let level = 0; level < 400; level++) {
              const use = history.levelUse(now, level, unitsPerRate);
              cost += interval(exampleTerms, use, level < ready + booting, level < ready ? 1 : 0).cost;
            }
            const bins = history.bins.subarray(now * 6, now * 6 + 6);
            const beyond = bins.reduce((sum, rate) => sum + Math.max(0, rate * unitsPerRate - ready), 0) / bins.length;
            expect(cost).toBeCloseTo(ready + booting + exampleTerms.ratio * beyond, 3);
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  test('a VM is billed from its launch on, while it boots and serves nothing', () => {
    expect(interval(exampleTerms, 1, true, 0).cost).toBe(1 + exampleTerms.ratio);
    expect(interval(exampleTerms, 1, true, 1).cost).toBe(1);
    expect(interval(exampleTerms, 0, true, 0).cost).toBe(1);
    expect(interval(exampleTerms, 0, false, 0).cost).toBe(0);
  });

  test('what a level does not serve is spilled, and what its VM has served so far is not', () => {
    expect(interval(exampleTerms, 0.8, true, 0.25)).toMatchObject({ spilled: 0.6000000000000001, missed: 0 });
    expect(interval(exampleTerms, 0.8, true, 0.25).cost).toBeCloseTo(1 + 4 * 0.6, 12);
  });

  test('an environment is cold only after the keep-alive: then a cold start of work is late, and costs more', () => {
    const { ratio, coldIntervals, coldFactor, keepAliveIntervals } = exampleTerms;
    const warm = interval(exampleTerms, 0.6, false, 0, keepAliveIntervals);
    const cold = interval(exampleTerms, 0.6, false, 0, keepAliveIntervals + 1);
    expect(warm).toEqual({ cost: ratio * 0.6, missed: 0, spilled: 0.6 });
    expect(cold.missed).toBeCloseTo(0.6 * coldIntervals, 12);
    expect(cold.cost - warm.cost).toBeCloseTo(ratio * coldFactor * cold.missed, 12);
    expect(cold.spilled).toBe(warm.spilled);
  });

  test('never is more missed than was spilled, nor anything where the level serves all', () => {
    const use = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(use, use, fc.double({ min: 0, max: 3, noNaN: true }), (used, serving, coldIntervals) => {
        const { missed, spilled, cost } = interval({ ...exampleTerms, coldIntervals }, used, false, serving, 99);
        expect(missed).toBeGreaterThanOrEqual(0);
        expect(missed).toBeLessThanOrEqual(spilled);
        expect(spilled).toBeLessThanOrEqual(used);
        expect(cost).toBeGreaterThanOrEqual(exampleTerms.ratio * spilled);
      }),
    );
    expect(interval(exampleTerms, 1, true, 1, 99)).toEqual({ cost: 1, missed: 0, spilled: 0 });
  });

  test('work so little that no environment is kept for it is neither cold nor keeps one warm', () => {
    expect(interval(exampleTerms, 0.01, false, 0, 99).missed).toBe(0);
    expect([keepsWarm(0.01), keepsWarm(0.5)]).toEqual([false, true]);
  });
});

describe('the end of a VM', () => {
  const terms = { ...exampleTerms, drainIntervals: 0.5, minimumBilledIntervals: 4 };

  test('is billed until it has drained, or up to the minimum, whichever is later', () => {
    expect(endOfLifeCost(terms, true, 100)).toBe(0.5);
    expect(endOfLifeCost(terms, true, 3.8)).toBe(0.5);
    expect(endOfLifeCost(terms, true, 1)).toBe(3);
  });

  test('a VM that never was ready has nothing to drain', () => {
    expect(endOfLifeCost(terms, false, 100)).toBe(0);
    expect(endOfLifeCost(terms, false, 1)).toBe(3);
  });

  test('in all, a life is never billed for less than the minimum', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.double({ min: 0, max: 10, noNaN: true }), (wasReady, age) => {
        expect(age + endOfLifeCost(terms, wasReady, age)).toBeGreaterThanOrEqual(4);
        expect(endOfLifeCost(terms, wasReady, age)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

test('a VM serves from the moment its boot is over', () => {
  expect([3, 1, 0.25, 0, -2].map(servingShare)).toEqual([0, 0, 0.75, 1, 1]);
});
