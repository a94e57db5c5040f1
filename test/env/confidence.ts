import { expect } from 'vitest';

/** Holds where the expected value lies within four standard errors of the mean of independent samples, and `slack` beside. */
export function expectMean(samples: readonly number[], expected: number, slack = 0): void {
  const count = samples.length;
  const mean = samples.reduce((sum, one) => sum + one, 0) / count;
  const variance = samples.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (count - 1);
  const deviation = Math.sqrt(variance);
  const tolerance = (4 * deviation) / Math.sqrt(count) + slack;
  expect(mean).toBeGreaterThan(expected - tolerance);
  expect(mean).toBeLessThan(expected + tolerance);
  // An interval so wide that anything lies in it would prove nothing.
  expect(tolerance).toBeLessThan(0.25 * Math.max(Math.abs(expected), deviation) + 2 * slack);
}

export function seeds(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
