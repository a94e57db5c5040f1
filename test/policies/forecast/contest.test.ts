import { expect, test } from 'vitest';
import { type ContestTerms, forecastContest } from '../../../policies/forecast/contest.ts';

/** Forecasts the same number always. */
const always = (name: string, rate: number): ContestTerms['kinds'][number] => ({
  name,
  create: () => ({ observe: () => {}, forecast: (steps) => new Float64Array(steps).fill(rate) }),
});
const terms: ContestTerms = {
  kinds: [always('low', 0), always('high', 20)],
  intervalSeconds: 60,
  rates: [10, 10, 10, 10, 10],
  horizons: [1, 3],
  quantiles: [0.1, 0.5],
};

test('the losses are those of every moment whose future is known, and relative to the first kind', () => {
  const [low, high] = forecastContest(terms);
  expect(low).toEqual({
    name: 'low',
    forecasts: [4, 2],
    losses: [
      [1, 5],
      [1, 5],
    ],
    relative: [
      [1, 1],
      [1, 1],
    ],
  });
  expect(high!.losses[0]).toEqual([9, 5]);
  expect(high!.relative[0]).toEqual([9, 1]);
});

test('a forecaster is compared at the moments at which it forecasts', () => {
  const late: ContestTerms['kinds'][number] = {
    ...always('late', 0),
    create: () => {
      let seen = 0;
      return { observe: () => seen++, forecast: (steps) => (seen < 3 ? null : new Float64Array(steps)) };
    },
  };
  const [, second] = forecastContest({ ...terms, kinds: [always('low', 0), late], rates: [90, 90, 90, 10, 10] });
  expect(second!.forecasts).toEqual([2, 0]);
  expect(second!.losses).toEqual([
    [1, 5],
    [null, null],
  ]);
  expect(second!.relative[0]).toEqual([1, 1]);
});
