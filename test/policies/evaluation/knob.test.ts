import { describe, expect, test } from 'vitest';
import type { Observation, Policy } from '../../../env/types.ts';
import { curveKnobs, turned } from '../../../policies/evaluation/knob.ts';
import { holding, profile } from './fakes.ts';

const nothingSeen = { lastAction: null, timeSeconds: 0 } as unknown as Observation;
const decided = (policy: Policy, knob: { vms: number; patience: number }) =>
  turned(policy, knob, profile).decide(nothingSeen).action;

describe('the knob', () => {
  test('multiplies the VMs within their pool, and leaves the reason', () => {
    expect(decided(holding(10), { vms: 1.5, patience: 0 }).vmCounts).toEqual([15]);
    expect(decided(holding(10), { vms: 0.01, patience: 0 }).vmCounts).toEqual([0]);
    expect(decided(holding(40), { vms: 2, patience: 0 }).vmCounts).toEqual([50]);
    expect(turned(holding(10), { vms: 2, patience: 0 }, profile).decide(nothingSeen).reason).toBe('hold 10 at 0 s');
  });

  test('adds a part of each deadline to the wait, and lets who never spills never spill', () => {
    expect(decided(holding(1), { vms: 1, patience: 0.5 }).spillover.maxWaitMs).toEqual([250, null]);
  });

  test('changes nothing at 1 and 0', () => {
    expect(decided(holding(7), { vms: 1, patience: 0 })).toEqual(holding(7).decide(nothingSeen).action);
  });

  test('acts once: a policy that moves from where it is, moves from its own wish', () => {
    const climbing: Policy = {
      name: 'climbing',
      decide: ({ lastAction }) => ({
        action: { ...holding(0).decide(nothingSeen).action, vmCounts: [(lastAction?.vmCounts[0] ?? 0) + 1] },
        reason: '',
      }),
    };
    const policy = turned(climbing, { vms: 2, patience: 0 }, profile);
    const counts = [1, 2, 3].map(() => {
      const lastAction = { ...holding(99).decide(nothingSeen).action };
      return policy.decide({ ...nothingSeen, lastAction }).action.vmCounts[0];
    });
    expect(counts).toEqual([2, 4, 6]);
  });

  test('of a curve points both ways, and never to the policy itself', () => {
    expect(curveKnobs.some(({ vms }) => vms < 1)).toBe(true);
    expect(curveKnobs.some(({ vms }) => vms > 1)).toBe(true);
    expect(curveKnobs.some(({ vms, patience }) => vms === 1 && patience === 0)).toBe(false);
  });
});
