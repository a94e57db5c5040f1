import { expect, test } from 'vitest';
import { hourOfWeek } from '../../../policies/forecast/kinds.ts';
import { Seasonal } from '../../../policies/forecast/seasonal.ts';

const terms = { placeSteps: 1, levelSteps: 4, rounds: 4 };

test('a sine is forecast exactly after one round', () => {
  const sine = new Seasonal({ ...terms, seasonSteps: [24] });
  const rate = (step: number) => 100 + 50 * Math.sin((2 * Math.PI * step) / 24);
  for (let step = 0; step < 24; step++) {
    expect(sine.expect(1)).toBeNull();
    sine.learn(rate(step));
  }
  for (const [step, one] of sine.expect(48)!.entries()) expect(one).toBeCloseTo(rate(24 + step), 9);
});

test('a load that has grown keeps its shape at the new level', () => {
  const season = new Seasonal({ ...terms, seasonSteps: [6] });
  const shape = [10, 20, 40, 80, 40, 20];
  for (let step = 0; step < 24; step++) season.learn(shape[step % 6]!);
  for (let step = 24; step < 27; step++) season.learn(3 * shape[step % 6]!);
  const before = season.expect(1)![0]!;
  expect(before).toBeGreaterThan(1.9 * 80);
  expect(before).toBeLessThan(3 * 80);
});

test('days differ once a week has been seen; before, every day is as the days before', () => {
  const rate = (hour: number) => (Math.floor(hour / 24) % 7 < 5 ? 100 : 20);
  const season = new Seasonal({ seasonSteps: [168, 24], placeSteps: 1, levelSteps: 1, rounds: 14 });
  for (let hour = 0; hour < 5 * 24; hour++) season.learn(rate(hour));
  expect(season.expect(12)![11]).toBeCloseTo(100, 9);
  for (let hour = 5 * 24; hour < 12 * 24; hour++) season.learn(rate(hour));
  // The end of the second Friday: the weekend is known to be quiet.
  expect(season.expect(12)![11]).toBeCloseTo(20, 9);
});

test('between the middles of two hours the season is a straight line', () => {
  const season = new Seasonal({ seasonSteps: [12], placeSteps: 4, levelSteps: 1, rounds: 4 });
  for (const rate of [10, 50, 90]) for (let quarter = 0; quarter < 4; quarter++) season.learn(rate);
  // The newest level is not known in the first round, so the season speaks as it is.
  const expected = season.expect(12)!;
  expect([...expected.slice(2, 6)]).toEqual([15, 25, 35, 45]);
});

test('the hour of the week has places of an hour, whatever the interval', () => {
  const season = hourOfWeek(900);
  for (let step = 0; step < 24 * 4; step++) {
    expect(season.expect(1)).toBeNull();
    season.learn(60);
  }
  expect([...season.expect(3)!]).toEqual([60, 60, 60]);
});
