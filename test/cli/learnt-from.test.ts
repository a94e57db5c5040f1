import { expect, test } from 'vitest';
import { alsoLearntFrom, learntNotes, validationNotes } from '../../cli/learnt-from.ts';
import { scaleWorkload } from '../../env/workload/scale.ts';
import { sliceWorkload } from '../../env/workload/slice.ts';
import { counts } from '../env/sim/small-service.ts';

const day = { ...counts(new Array(100).fill(6)), name: 'day-2026' };

test('parts of one recording are told apart by their time, not by their scale, however they were cut', () => {
  const first = sliceWorkload(scaleWorkload(day, 0.076_872_360_452_758_65), 0, 75).name;
  const last = sliceWorkload(scaleWorkload(day, 3), 75, null).name;
  const ofLast = sliceWorkload(sliceWorkload(day, 75, null), 5, 10).name;
  expect(alsoLearntFrom([day.name, first, last, ofLast], [first])).toEqual([day.name, first]);
  expect(alsoLearntFrom([day.name, first, last, ofLast], [last])).toEqual([day.name, last, ofLast]);
  expect(alsoLearntFrom([first, last], [sliceWorkload(scaleWorkload(day, 1e-7), 70, 10).name])).toEqual([first, last]);
});

test('other recordings, and other seeds of a generator, are other traces', () => {
  const judged = ['day', 'day-2026', 'synthetic:hours=2,seed=1', 'synthetic:hours=2,seed=12'];
  expect(alsoLearntFrom(judged, ['night', 'synthetic', 'synthetic:hours=2,seed=1-x0.5@0+60'])).toEqual([judged[2]]);
});

test('whoever learnt from a trace that is judged is named with it, and nobody else', () => {
  const learners = [
    { who: 'ppo:mine was trained', from: ['a', 'b', 'c', 'd'] },
    { who: 'ppo:other was trained', from: ['z'] },
  ];
  expect(learntNotes(['a', 'b', 'c', 'd', 'e'], learners)).toEqual([
    'ppo:mine was trained on a, b, c and 1 more: what comes of it there says little of other traffic.',
  ]);
});

test('a training that validates on what it learns from is told so, and one that validates on its end is not', () => {
  const [first, last] = [sliceWorkload(day, 0, 75), sliceWorkload(day, 75, null)];
  expect(validationNotes({ training: [first], validation: [last] })).toEqual([]);
  expect(validationNotes({ training: [day], validation: [last] })).toEqual([
    '--validate day-2026@75+25: is learnt from as well, and so selects what knows it by heart; name another trace.',
  ]);
});
