import { expect, test } from 'vitest';
import { beatsOf } from '../../cli/beats.ts';

/** A clock whose callbacks are called by the test. */
function clock() {
  const due: { delayMs: number; callback: () => void }[] = [];
  const after = (delayMs: number, callback: () => void) => {
    const entry = { delayMs, callback };
    due.push(entry);
    return () => void due.splice(due.indexOf(entry), 1);
  };
  const pass = () => due.shift()?.callback();
  return { due, after, pass };
}

test('beats come at equal distances until they are stopped', () => {
  const { due, after, pass } = clock();
  let beats = 0;
  const stop = beatsOf({ after })(10, () => beats++);
  for (let count = 0; count < 3; count++) {
    expect(due.map(({ delayMs }) => delayMs)).toEqual([10_000]);
    pass();
  }
  expect(beats).toBe(3);
  stop();
  expect(due).toEqual([]);
});

test('a beat that fails does not end the others', () => {
  const { after, pass } = clock();
  let beats = 0;
  beatsOf({ after })(1, () => {
    beats++;
    throw new Error('this beat fails');
  });
  expect(pass).toThrow('this beat fails');
  expect(pass).toThrow('this beat fails');
  expect(beats).toBe(2);
});
