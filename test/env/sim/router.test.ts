import { describe, expect, test } from 'vitest';
import type { Action, ServiceProfile } from '../../../env/types.ts';
import { action, poisson, service, simulate } from './small-service.ts';

const weights: ServiceProfile = { ...service, router: 'weights' };

function split(lambdaShare: number, vms = 10): Action {
  return { ...action(vms, 0), spillover: { maxWaitMs: [0], lambdaShare } };
}

describe('the router weights', () => {
  test.each([0, 0.03, 0.4, 1])('sends its share to Lambda, within four standard deviations: %d', async (share) => {
    const workload = poisson(60, 1200);
    const { total } = await simulate({ profile: weights, workload, actions: [split(share)], intervals: 20 });
    const { requests } = total.classes[0]!;
    const deviation = Math.sqrt(requests * share * (1 - share));
    expect(Math.abs(total.spilled - share * requests)).toBeLessThanOrEqual(4 * deviation);
  });

  test('never spills by the queue: a balancer does not see it', async () => {
    const workload = poisson(60, 300);
    const { total } = await simulate({ profile: weights, workload, actions: [split(0, 4)], intervals: 5 });
    expect(total.spilled).toBe(0);
    expect(total.insideChange).toBeGreaterThan(1000);
  });

  test('splits exactly in the fluid', async () => {
    const workload = poisson(60, 1200);
    const options = { profile: weights, workload, actions: [split(0.3)], intervals: 20 };
    const { total } = await simulate({ ...options, fidelity: 'fluid' });
    expect(total.spilled).toBeCloseTo(0.3 * total.classes[0]!.requests, 6);
  });
});

describe('the router overflow', () => {
  test('does not look at the weights', async () => {
    const one = { ...action(20, null), spillover: { maxWaitMs: [null], lambdaShare: 0.9 } };
    const { total } = await simulate({ workload: poisson(60, 300), actions: [one], intervals: 5 });
    expect(total.spilled).toBe(0);
  });

  test('sends everything to Lambda where there is no VM', async () => {
    const { total } = await simulate({ workload: poisson(30, 300), actions: [action(0, 1000)], intervals: 5 });
    expect(total.spilled).toBe(total.classes[0]!.requests);
    expect(total.usd.vm).toBe(0);
  });
});
