import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HoltWinters } from '../../../policies/forecast/holt-winters.ts';

test('a line goes on as that line, where the trend does not fade', () => {
  const any = fc.double({ min: -50, max: 50, noNaN: true });
  fc.assert(
    fc.property(any, any, fc.integer({ min: 2, max: 60 }), (start, slope, count) => {
      const holt = new HoltWinters({ damping: 1 });
      for (let step = 0; step < count; step++) holt.learn(start + slope * step);
      const expected = holt.expect(5)!;
      for (let step = 0; step < 5; step++) expect(expected[step]).toBeCloseTo(start + slope * (count + step), 6);
    }),
  );
});

test('a damped trend adds up to a bounded rise', () => {
  const holt = new HoltWinters({ damping: 0.5 });
  holt.learn(10);
  holt.learn(20);
  expect([...holt.expect(3)!]).toEqual([25, 27.5, 28.75]);
});

test('a season on a constant level is known after the first round', () => {
  const holt = new HoltWinters({ seasonSteps: 12 });
  const rate = (step: number) => 100 + 40 * Math.sin((2 * Math.PI * step) / 12);
  for (let step = 0; step < 14; step++) holt.learn(rate(step));
  for (const [step, one] of holt.expect(24)!.entries()) expect(one).toBeCloseTo(rate(14 + step), 6);
});

test('the level forgets a rate as its weight says', () => {
  const holt = new HoltWinters({ levelWeight: 0.25, trendWeight: 0, damping: 1 });
  for (const rate of [0, 0, 8, 0, 0]) holt.learn(rate);
  expect(holt.expect(1)![0]).toBeCloseTo(8 * 0.25 * 0.75 ** 2, 12);
});
