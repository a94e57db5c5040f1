import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../../../env/random.ts';
import { Fleet } from '../../../env/sim/fleet.ts';
import { action, poisson, service, simulate } from './small-service.ts';

const [pool] = service.pools;

function fleet(ready = 0, seed = 1, boot = pool!.boot): Fleet {
  return new Fleet({ ...pool!, boot }, 60, Random.seeded(seed), ready);
}

describe('a fleet', () => {
  test('has as many VMs live as desired, in any history', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30), { minLength: 1, maxLength: 40 }), fc.nat(), (wishes, seed) => {
        const one = fleet(3, seed);
        let live = 3;
        wishes.forEach((desired, step) => {
          one.runUntil(step * 60, step * 60);
          const change = one.scaleTo(desired, step * 60);
          expect(change.launches - change.terminations).toBe(desired - live);
          expect(Math.min(change.launches, change.terminations)).toBe(0);
          expect(one.live).toBe(desired);
          expect(one.ready + one.state().booting).toBe(desired);
          live = desired;
        });
      }),
    );
  });

  test('boots for a lognormal time: half of the VMs are ready at the median, all but a few in the tails', () => {
    const one = fleet();
    one.scaleTo(10_000, 0);
    const readyBy = (seconds: number) => {
      one.runUntil(seconds, seconds);
      return one.ready / 10_000;
    };
    expect(readyBy(100 * Math.exp(-2 * 0.2))).toBeCloseTo(0.0228, 2);
    expect(readyBy(100)).toBeCloseTo(0.5, 1);
    expect(Math.abs(readyBy(100) - 0.5)).toBeLessThan(4 * 0.005);
    expect(readyBy(100 * Math.exp(2 * 0.2))).toBeCloseTo(0.9772, 2);
  });

  test('lets the newest booting VM go first, then the newest ready one', () => {
    const one = fleet(2, 1, { medianSeconds: 100, sigma: 0 });
    one.scaleTo(3, 0);
    one.scaleTo(4, 50);
    expect(one.scaleTo(3, 90).extraBilledSeconds).toBe(20); // launched at 50, billed until 110
    one.runUntil(100, 100);
    expect(one.state()).toEqual({ ready: 3, booting: 0 });
    expect(one.scaleTo(2, 100).extraBilledSeconds).toBe(30); // 100 s old: the drain alone
  });

  test('bills a minute at least', () => {
    const one = fleet();
    one.scaleTo(1, 0);
    expect(one.scaleTo(0, 10).extraBilledSeconds).toBe(50);
    one.scaleTo(1, 20);
    expect(one.scaleTo(0, 85).extraBilledSeconds).toBe(0);
  });
});

describe.each(['request-level', 'fluid'] as const)('the bill of VMs, %s', (fidelity) => {
  const workload = poisson(1, 3600);

  test('begins at launch, not when they are ready', async () => {
    const { outcomes } = await simulate({
      workload,
      actions: [action(4, null)],
      intervals: 5,
      initialVms: [1],
      fidelity,
    });
    expect(outcomes.map(({ vmSeconds }) => vmSeconds[0])).toEqual([240, 240, 240, 240, 240]);
    expect(outcomes[0]!.readySlotSeconds[0]).toBe(60);
    expect(outcomes[4]!.readySlotSeconds[0]).toBe(240);
    expect(outcomes[0]!.launches).toBe(3);
    expect(outcomes[0]!.usd.vm).toBeCloseTo(240 * 0.001, 12);
  });

  test('goes on while they drain', async () => {
    const actions = [action(4, null), action(1, null)];
    const { outcomes } = await simulate({ workload, actions, intervals: 2, fidelity });
    expect(outcomes[1]!.vmSeconds[0]).toBe(60 + 3 * 30);
    expect(outcomes[1]!.terminations).toBe(3);
  });

  test('counts slots from the moment they are ready', async () => {
    const boot = { medianSeconds: 90, sigma: 0 };
    const profile = { ...service, pools: [{ ...pool!, slots: 2, boot }] };
    const { outcomes } = await simulate({
      profile,
      workload,
      actions: [action(2, null)],
      intervals: 2,
      initialVms: [1],
      fidelity,
    });
    expect(outcomes.map((one) => one.readySlotSeconds[0])).toEqual([120, 120 + 60]);
  });
});

test.each(['request-level', 'fluid'] as const)(
  'a VM that boots at once serves from its launch on (%s)',
  async (fidelity) => {
    const run = (medianSeconds: number, maxWaitMs: number | null) =>
      simulate({
        profile: { ...service, pools: [{ ...pool!, boot: { medianSeconds, sigma: 0 } }] },
        workload: poisson(40, 360),
        actions: [2, 8, 0, 12, 5, 9].map((vms) => action(vms, maxWaitMs)),
        intervals: 6,
        fidelity,
        initialVms: [0],
      });
    // The fluid one steps by seconds: each of the four launches may come a second of 40 requests later.
    const tolerance = fidelity === 'fluid' ? 4 * 40 * 1.2 : 1e-6;
    for (const maxWaitMs of [0, 500, null]) {
      const [{ total: atOnce }, { total: almost }] = [await run(0, maxWaitMs), await run(1e-9, maxWaitMs)];
      expect(Math.abs(atOnce.classes[0]!.inTime - almost.classes[0]!.inTime)).toBeLessThan(tolerance);
      expect(Math.abs(atOnce.spilled - almost.spilled)).toBeLessThan(tolerance);
    }
  },
);
