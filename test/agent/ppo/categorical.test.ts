import { expect, test } from 'vitest';
import { drawOption, likeliest, logSoftmax } from '../../../agent/ppo/categorical.ts';

test('log-probabilities add to probability 1 over the allowed options, and a masked one has none', () => {
  const into = new Float64Array(4);
  logSoftmax(Float32Array.of(9, 1000, -1000, 999, 5), 1, Uint8Array.of(1, 1, 0, 0), 0, 4, into);
  const probabilities = [...into].map(Math.exp);
  expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
  expect(probabilities.slice(2)).toEqual([0, 0]);
});

test('the largest number below 1 still draws an allowed option', () => {
  const into = new Float64Array(3);
  logSoftmax(Float32Array.of(0.1, 0.2, 0.3), 0, Uint8Array.of(1, 1, 0), 0, 3, into);
  expect(drawOption(into, 3, 0)).toBe(0);
  expect(drawOption(into, 3, 1 - 2 ** -32)).toBe(1);
});

test('the likeliest option of every head is allowed, and the first of equals', () => {
  const into = new Int32Array(2);
  likeliest(Float32Array.of(5, 1, 3, 2, 2), Uint8Array.of(0, 1, 1, 1, 1), [3, 2], into);
  expect([...into]).toEqual([2, 0]);
});
