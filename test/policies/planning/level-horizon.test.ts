import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LevelHorizon } from '../../../policies/planning/level-horizon.ts';

const terms = { ratio: 3, bootSteps: 2, drainSteps: 0.5 };
const uses = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 9 });

/** Least cost by trying everything; `left` steps of boot, null: off. Once it boots it stays until it has served a step. */
function least(use: readonly number[], step: number, left: number | null, mayLeave: boolean): number {
  if (step === use.length) return 0;
  const spilled = terms.ratio * use[step]!;
  const away = spilled + least(use, step + 1, null, true);
  if (left === null) return Math.min(away, stay(use, step, terms.bootSteps));
  return mayLeave
    ? Math.min(stay(use, step, left), terms.drainSteps + least(use, step, null, true))
    : stay(use, step, left);
}

function stay(use: readonly number[], step: number, left: number): number {
  const served = Math.max(0, 1 - left);
  const rest = Math.max(0, left - 1);
  return 1 + (1 - served) * terms.ratio * use[step]! + least(use, step + 1, rest, left < 1);
}

test('the price of a level is the least over everything that can be done with it, boots in every branch', () => {
  fc.assert(
    fc.property(uses, fc.constantFrom(0, 1, 2), (use, left) => {
      const { without, with: withIt } = new LevelHorizon(terms, 9).price(use, left);
      expect(withIt).toBeCloseTo(stay(use, 0, left), 9);
      const leaving = left === 0 ? terms.drainSteps : 0;
      expect(without).toBeCloseTo(leaving + terms.ratio * use[0]! + least(use, 1, null, true), 9);
    }),
  );
});

test('a part of a step of boot costs its part of Lambda', () => {
  const horizon = new LevelHorizon({ ratio: 2, bootSteps: 1.5, drainSteps: 0 }, 4);
  // Two steps of boot of which half a step serves, then two that serve.
  expect(horizon.price([1, 1, 1, 1], 1.5).with).toBeCloseTo(4 + 2 * 1.5, 12);
  expect(horizon.price([1], 1.5).with).toBeCloseTo(1 + 2, 12);
});

test('a level that is always used is launched only where the horizon pays the boot back', () => {
  const worth = (steps: number) => {
    const { without, with: withIt } = new LevelHorizon(terms, steps).price(new Float64Array(steps).fill(1), 2);
    return withIt < without;
  };
  // Two steps of boot cost 2 more than Lambda; each step afterwards saves 2.
  expect([1, 2, 3, 4].map(worth)).toEqual([false, false, false, true]);
});
