import { describe, expect, test } from 'vitest';
import { openSimulator } from '../../../env/sim/open.ts';
import type { ServiceProfile } from '../../../env/types.ts';
import { action, poisson, prices, service, simulate } from './small-service.ts';

function withMetrics(metrics: Partial<ServiceProfile['metrics']>): ServiceProfile {
  return { ...service, metrics: { ...service.metrics, ...metrics } };
}

const workload = poisson(50, 3600);

describe('metrics', () => {
  test('are absent before the first interval, never 0', async () => {
    const simulator = openSimulator({ fidelity: 'request-level', profile: service, prices, workload, seed: 1 });
    const seen = await simulator.observe();
    expect(seen).toMatchObject({
      timeSeconds: 0,
      arrivals: null,
      utilization: [null],
      accuracy: null,
      lastAction: null,
    });
    expect(seen.latencyMs).toEqual({ p50: null, p95: null, p99: null });
    expect(seen.pools[0]!.ready).toBe(5); // what just carries the mean rate: Describe calls are current
  });

  test.each([
    [0, 0],
    [60, 60],
    [90, 120],
    [180, 180],
  ])('that need %d s to arrive are %d s old at a decision', async (delaySeconds, ageSeconds) => {
    const profile = withMetrics({ delaySeconds });
    const run = await simulate({ profile, workload, actions: [action(8, null)], intervals: 8 });
    const late = run.observations.slice(Math.ceil(delaySeconds / 60));
    for (const { arrivals, accuracy } of late) {
      expect(arrivals!.ageSeconds).toBe(ageSeconds);
      expect(accuracy!.ageSeconds).toBe(ageSeconds);
    }
    for (const { arrivals } of run.observations.slice(0, Math.ceil(delaySeconds / 60))) expect(arrivals).toBeNull();
    const intervalsAgo = ageSeconds / 60;
    const outcome = run.outcomes.at(-1 - intervalsAgo)!;
    const seen = run.observations.at(-1)!.arrivals!.value;
    expect(seen).toHaveLength(6);
    expect(seen.reduce((sum, one) => sum + 10 * one, 0)).toBeCloseTo(outcome.classes[0]!.requests, 9);
  });

  test('get lost as often as the profile says, and then are absent', async () => {
    const profile = withMetrics({ lossProbability: 0.3 });
    const { observations } = await simulate({
      profile,
      workload: poisson(1, 60),
      actions: [action(1, null)],
      intervals: 600,
    });
    const lost = observations.filter(({ utilization }) => utilization[0] === null).length;
    expect(Math.abs(lost - 180)).toBeLessThan(4 * Math.sqrt(600 * 0.21));
    for (const one of observations) {
      if (one.utilization[0] !== null) continue;
      expect(one).toMatchObject({ arrivals: null, spilledPerSecond: null, queueLength: [null] });
    }
  });

  test('of a silent service are 0 where it was measured, and absent where nothing could be', async () => {
    const { observations } = await simulate({ workload: poisson(0, 60), actions: [action(2, null)], intervals: 2 });
    const [seen] = observations;
    expect(seen!.arrivals!.value).toEqual([0, 0, 0, 0, 0, 0]);
    expect(seen!.utilization[0]!.value).toBe(0);
    expect(seen!.attainment).toEqual([null]);
    expect(seen!.accuracy).toBeNull();
    expect(seen!.latencyMs.p99).toBeNull();
  });
});
