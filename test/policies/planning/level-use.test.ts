import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LevelUse } from '../../../policies/planning/level-use.ts';

test('the use of a level is the mean over the samples of the demand between it and the next', () => {
  const samples = fc.array(fc.double({ min: 0, max: 12, noNaN: true }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(samples, (busy) => {
      const use = new LevelUse(2, 8);
      use.tell(1, busy);
      for (let level = 0; level < 8; level++) {
        const mean = busy.reduce((sum, one) => sum + Math.min(1, Math.max(0, one - level)), 0) / busy.length;
        expect(use.of(level)[1]).toBeCloseTo(mean, 10);
        expect(use.of(level)[0]).toBe(0);
      }
    }),
  );
});

test('a step told again is told anew, and without a sample nothing is used', () => {
  const use = new LevelUse(1, 3);
  use.tell(0, [2.5]);
  use.tell(0, [1]);
  expect([0, 1, 2].map((level) => use.of(level)[0])).toEqual([1, 0, 0]);
  use.tell(0, []);
  expect([0, 1, 2].map((level) => use.of(level)[0])).toEqual([0, 0, 0]);
});
