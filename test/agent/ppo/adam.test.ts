import { expect, test } from 'vitest';
import { Adam, gradientNorm } from '../../../agent/ppo/adam.ts';

test('the first step is the learning rate against the sign of the gradient, whatever its size', () => {
  const adam = new Adam(3);
  const parameters = new Float32Array(3);
  adam.step(parameters, Float32Array.of(5, -0.2, 0), 0.1);
  expect(parameters[0]).toBeCloseTo(-0.1, 4);
  expect(parameters[1]).toBeCloseTo(0.1, 4);
  expect(parameters[2]).toBe(0);
});

test('it walks to the minimum of a badly scaled bowl', () => {
  const adam = new Adam(2);
  const at = Float32Array.of(3, -2);
  for (let step = 0; step < 2000; step++) {
    adam.step(at, Float32Array.of(100 * at[0]!, 0.1 * (at[1]! - 1)), 0.01);
  }
  expect(at[0]).toBeCloseTo(0, 2);
  expect(at[1]).toBeCloseTo(1, 2);
});

test('the norm is the L2 norm', () => {
  expect(gradientNorm(Float32Array.of(3, 0, -4))).toBe(5);
});
