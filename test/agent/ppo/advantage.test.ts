import { expect, test } from 'vitest';
import { estimateAdvantages, explainedVariance } from '../../../agent/ppo/advantage.ts';

function estimate(input: Parameters<typeof estimateAdvantages>[0], discount: number, gaeLambda: number) {
  const advantages = new Float32Array(input.rewards.length);
  const returns = new Float32Array(input.rewards.length);
  estimateAdvantages(input, { discount, gaeLambda }, advantages, returns);
  return { advantages: [...advantages], returns: [...returns] };
}

test('advantages are those worked out by hand, world by world', () => {
  const { advantages, returns } = estimate(
    {
      worlds: 2,
      rewards: Float32Array.of(1, 0, 2, 1), // [time, world]
      values: Float32Array.of(4, 8, 2, 4),
      truncated: new Uint8Array(4),
      finalValues: new Float32Array(4),
      lastValues: Float32Array.of(6, 2),
    },
    0.5,
    0.5,
  );
  // World 0: δ1 = 2 + 0.5·6 − 2 = 3, δ0 = 1 + 0.5·2 − 4 = −2, A0 = −2 + 0.25·3.
  // World 1: δ1 = 1 + 0.5·2 − 4 = −2, δ0 = 0 + 0.5·4 − 8 = −6, A0 = −6 − 0.25·2.
  expect(advantages).toEqual([-1.25, -6.5, 3, -2]);
  expect(returns).toEqual([2.75, 1.5, 5, 2]);
});

test('a truncation bootstraps through the final observation and hands nothing to the episode before', () => {
  const { advantages } = estimate(
    {
      worlds: 1,
      rewards: Float32Array.of(1, 100),
      values: Float32Array.of(4, 50),
      truncated: Uint8Array.of(1, 0),
      finalValues: Float32Array.of(10, 0),
      lastValues: Float32Array.of(7),
    },
    0.5,
    0.5,
  );
  expect(advantages[0]).toBe(1 + 0.5 * 10 - 4);
});

test('with λ = 1 the returns are the discounted sums of rewards, whatever the values', () => {
  const { returns } = estimate(
    {
      worlds: 1,
      rewards: Float32Array.of(1, 2, 3),
      values: Float32Array.of(9, -4, 0.5),
      truncated: new Uint8Array(3),
      finalValues: new Float32Array(3),
      lastValues: Float32Array.of(8),
    },
    0.5,
    1,
  );
  expect(returns[0]).toBeCloseTo(1 + 0.5 * 2 + 0.25 * 3 + 0.125 * 8, 6);
});

test('explained variance is 1 for perfect values, 0 for constant ones, and absent where returns do not vary', () => {
  const returns = Float32Array.of(1, 2, 3, 4);
  expect(explainedVariance(returns, returns)).toBe(1);
  expect(explainedVariance(new Float32Array(4), returns)).toBe(0);
  expect(explainedVariance(returns, new Float32Array(4))).toBeNull();
});
