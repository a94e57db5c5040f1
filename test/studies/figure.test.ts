import { describe, expect, test } from 'vitest';
import {
  above,
  band,
  below,
  type Figure,
  inRange,
  near,
  points,
  value,
  verdict,
  within,
} from '../../studies/figure.ts';
import { scoreOf } from '../../studies/score.ts';
import { missReasons, scoreSentence, shownFigure } from '../../studies/shown.ts';

const figure = (part: Partial<Figure>): Figure => ({
  name: 'dollars',
  unit: 'usd',
  paper: value(1),
  ours: 1,
  role: 'predicted',
  tolerance: within(0.1),
  ...part,
});

describe('a figure holds', () => {
  test.each([
    ['where it is off by the tolerance', { ours: 1.1 }, 0.1],
    ['where a share is off by the points allowed', { paper: value(0.44), ours: 0.36, tolerance: points(8) }, -0.08],
    ['inside a range', { paper: band(0.2, 0.3), ours: 0.25, tolerance: inRange }, 0],
    ['on the right side of a sign', { paper: above(1), ours: 7, tolerance: inRange }, 0],
    ['outside a range by no more than its slack', { paper: band(0.2, 0.3), ours: 0.34, tolerance: near(0.05) }, 0.04],
  ] as const)('%s', (_, part, error) => {
    const said = verdict(figure(part));
    expect(said.holds).toBe(true);
    expect(said.error).toBeCloseTo(error, 12);
  });
});

describe('a figure is missed', () => {
  test.each([
    ['beyond the tolerance', { ours: 0.89 }],
    ['beyond the points', { paper: value(0.44), ours: 0.53, tolerance: points(8) }],
    ['on the wrong side of a sign', { paper: below(1), ours: 1.001, tolerance: inRange }],
    ['where there is no number of ours', { ours: null }],
    ['where ours is not a number', { ours: Number.NaN }],
  ] as const)('%s', (_, part) => {
    expect(verdict(figure(part)).holds).toBe(false);
  });
});

test('a score counts predicted and calibrated figures by themselves, and inputs cannot fail', () => {
  const figures = [figure({}), figure({ ours: 2 }), figure({ role: 'calibrated' }), figure({ role: 'input', ours: 5 })];
  const score = scoreOf(figures);
  expect(score).toEqual({ predicted: { held: 1, of: 2 }, calibrated: { held: 1, of: 1 }, inputs: 1 });
  expect(scoreSentence(score)).toBe('1 of 2 predicted figures hold, 1 of 1 calibrated ones; 1 is an input.');
  const none = { held: 0, of: 0 };
  expect(scoreSentence({ ...score, calibrated: none, inputs: 0 })).toBe('1 of 2 predicted figures hold.');
});

test('a reason is said once for all the figures that are missed for it', () => {
  const open = 'The paper gives no rate.';
  const figures = [
    figure({ name: 'a', ours: 2, open }),
    figure({ name: 'b', ours: 2, open }),
    figure({ name: 'held', open }),
  ];
  expect(missReasons(figures)).toEqual([{ names: ['a', 'b'], because: open }]);
});

test('a figure is shown in its unit, with the sign of its error', () => {
  expect(shownFigure(figure({ ours: 0.95 }))).toMatchObject({
    paper: '$1.000',
    ours: '$0.950',
    error: '-5.0%',
    tolerance: '10%',
    holds: 'yes',
  });
  expect(shownFigure(figure({ unit: 'share', paper: value(0.36), ours: 0.5, tolerance: points(8) }))).toMatchObject({
    paper: '36.0%',
    error: '+14.0 points',
    holds: 'NO',
  });
  expect(shownFigure(figure({ role: 'input' }))).toMatchObject({ tolerance: '-', holds: '-' });
});
