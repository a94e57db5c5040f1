import { describe, expect, test } from 'vitest';
import { atCadence, commonBeat } from '../../policies/cadence.ts';
import { policyKinds } from '../../policies/registry.ts';
import { exampleProfile } from './example-service.ts';

const withMetrics = (binSeconds: number, delaySeconds: number) => ({
  ...exampleProfile,
  decisionSeconds: 60,
  metrics: { binSeconds, delaySeconds, lossProbability: 0 },
});

describe('the profile of a policy with a clock of its own', () => {
  test.each([1, 2, 7, 10, 15, 30, 60, 90, 300])('at %i s keeps the rules of a profile', (cadence) => {
    for (const [bin, delay] of [
      [10, 0],
      [10, 60],
      [60, 120],
      [12, 24],
    ] as const) {
      const { decisionSeconds, metrics } = atCadence(withMetrics(bin, delay), cadence);
      expect(decisionSeconds).toBe(cadence);
      expect(Number.isInteger(metrics.binSeconds)).toBe(true);
      expect(metrics.binSeconds).toBeLessThanOrEqual(bin);
      expect(cadence % metrics.binSeconds).toBe(0);
      expect(delay % metrics.binSeconds).toBe(0);
    }
  });

  test('keeps bins that divide its clock', () => {
    expect(atCadence(withMetrics(10, 0), 30).metrics.binSeconds).toBe(10);
    expect(atCadence(withMetrics(10, 0), 15).metrics.binSeconds).toBe(5);
  });

  test('is the profile itself at its own pace', () => {
    const profile = withMetrics(10, 0);
    expect(atCadence(profile, 60)).toBe(profile);
  });
});

test('clocks beat together at the multiples of all', () => {
  expect(commonBeat([60])).toBe(60);
  expect(commonBeat([60, 15, 2, 10])).toBe(60);
  expect(commonBeat([10, 15])).toBe(30);
  expect(commonBeat([60, 7])).toBe(420);
});

test('the clocks of all kinds are whole seconds', () => {
  for (const { name, cadenceSeconds = 1 } of policyKinds) {
    expect(Number.isInteger(cadenceSeconds) && cadenceSeconds >= 1, name).toBe(true);
  }
});
