import { ResumeProcessesCommand } from '@aws-sdk/client-auto-scaling';
import { afterEach, describe, expect, test } from 'vitest';
import { Guard } from '../../../controller/guard.ts';
import { Ladder } from '../../../controller/ladder.ts';
import { defaultLimits } from '../../../env/guardrails/limits.ts';
import type { Action } from '../../../env/types.ts';
import { constant } from '../twin/open.ts';
import { type Acting, actOn, changes, drive } from './acting.ts';

let acting: Acting | null = null;

afterEach(async () => {
  await acting?.end();
  acting = null;
});

function action(changed: Partial<Action> & { readonly lambdaShare?: number } = {}): Action {
  const { lambdaShare = 0, ...rest } = changed;
  return {
    variant: 1,
    vmCounts: [4],
    lambdaMemoryMb: 1024,
    spillover: { maxWaitMs: [null, null], lambdaShare },
    ...rest,
  };
}

describe('behind a load balancer', () => {
  test('VMs are launched, the traffic is split, and what is in force is what was asked for', async () => {
    acting = await actOn('weighted-classifier', 'live', { initialVms: [2] });
    const seen = await drive(acting, 12, () => action({ lambdaShare: 0.25 }));
    expect(seen.at(-1)!.pools[0]).toMatchObject({ ready: 4, booting: 0 });
    expect(acting.twin.requests.findLast(({ operation }) => operation === 'ModifyRule')!.input).toMatchObject({
      Actions: [
        {
          ForwardConfig: {
            TargetGroups: [
              expect.objectContaining({ Weight: 749 }),
              expect.objectContaining({ Weight: 250 }),
              expect.anything(),
              expect.anything(),
              expect.anything(),
            ],
          },
        },
      ],
    });
    expect(seen.at(-1)!.lastAction).toMatchObject({ vmCounts: [4], lambdaMemoryMb: 1024, variant: 1 });
  });

  test('saying the same again changes nothing', async () => {
    acting = await actOn('weighted-classifier', 'live', { initialVms: [4] });
    await drive(acting, 3, () => action());
    const before = changes(acting).length;
    await drive(acting, 6, () => action());
    expect(changes(acting).slice(before)).toEqual([]);
  });

  test('another variant gets the traffic in its own target groups', async () => {
    acting = await actOn('weighted-classifier', 'live', { initialVms: [4] });
    await drive(acting, 4, () => action());
    const seen = await drive(acting, 4, () => action({ variant: 0 }));
    expect(seen.at(-1)!.lastAction!.variant).toBe(0);
  });

  test("a rollout of the function's memory goes through with the traffic on it", async () => {
    acting = await actOn('weighted-classifier', 'live', { initialVms: [4] });
    const seen = await drive(acting, 20, () => action({ lambdaShare: 0.5, lambdaMemoryMb: 1769 }));
    expect(seen.at(-1)!.lastAction!.lambdaMemoryMb).toBe(1769);
    expect(changes(acting).filter((operation) => operation === 'UpdateAlias')).toHaveLength(2);
  });

  test("the group's own maximum is kept, and never moved", async () => {
    acting = await actOn('weighted-classifier', 'live', { initialVms: [2] });
    const { max } = acting.profile.pools[0]!;
    const [seen] = await drive(acting, 1, () => action({ vmCounts: [max + 50] }));
    expect(seen!.pools[0]!.ready).toBe(2);
    expect(acting.actuator.written).toEqual([max]);
    expect(changes(acting)).not.toContain('UpdateAutoScalingGroup');
  });

  test('the declared policy rests from the first decision on', async () => {
    acting = await actOn('weighted-classifier', 'live', { initialVms: [2] });
    const AutoScalingGroupName = acting.deployment.pools[0]!.autoScalingGroup;
    await acting.clients.autoScaling.send(new ResumeProcessesCommand({ AutoScalingGroupName }));
    await drive(acting, 2, () => action());
    expect(changes(acting).slice(1, 3)).toEqual(['SuspendProcesses', 'SetDesiredCapacity']);
    expect(changes(acting).filter((operation) => operation === 'SuspendProcesses')).toHaveLength(1);
  });
});

describe('behind an overflow router', () => {
  test('thresholds, variant and VMs are set', async () => {
    acting = await actOn('image-classifier', 'live', { initialVms: [4, 0] });
    const seen = await drive(acting, 12, () =>
      action({ vmCounts: [6, 1], spillover: { maxWaitMs: [0, 500], lambdaShare: 0 }, variant: 1 }),
    );
    expect(seen.at(-1)!.pools.map(({ ready }) => ready)).toEqual([6, 1]);
  });

  test('no memory is changed before anything is known of the arrivals, as at a start; VMs are launched', async () => {
    acting = await actOn('image-classifier', 'live', { initialVms: [4, 0] });
    const wish = () => action({ vmCounts: [6, 1], lambdaMemoryMb: 1769, variant: 0 });
    const [first] = await drive(acting, 1, wish);
    expect(first!.arrivals).toBeNull();
    expect(new Set(changes(acting))).toEqual(new Set(['SetDesiredCapacity']));
    const [second] = await drive(acting, 1, wish);
    expect(second).toMatchObject({ arrivals: { ageSeconds: 0 }, lastAction: null });
    expect(changes(acting)).toContain('UpdateFunctionConfiguration');
    const [third] = await drive(acting, 1, wish);
    expect(third!.lastAction).toMatchObject({ vmCounts: [6, 1], lambdaMemoryMb: 1769 });
  });
});

describe('a policy that fails from its first decision on', () => {
  const deny = { kind: 'deny', atSeconds: 0, service: null, resource: null, strength: 1 } as const;
  const failing = {
    name: 'failing',
    decide: () => {
      throw new Error('the network is gone');
    },
  };

  test('leaves all behind a load balancer as it was found', async () => {
    acting = await actOn('weighted-classifier', 'live', { initialVms: [4] });
    const small = () => action({ variant: 0, lambdaShare: 0.25, lambdaMemoryMb: 1769 });
    await drive(acting, 40, small);
    const next = acting.reopened();
    const before = changes(acting).length;
    const guard = new Guard(failing, acting.profile);
    const seen = await drive(next, 5, (observation) => guard.decide(observation).action);
    expect(seen[0]!.found).toMatchObject({ variant: 0, vmCounts: [4], lambdaMemoryMb: 1769 });
    expect(seen[0]!.found!.spillover.lambdaShare).toBeCloseTo(0.25, 2);
    expect(changes(acting).slice(before)).toEqual([]);
    expect(seen.at(-1)!.lastAction).toMatchObject({ variant: 0, vmCounts: [4], lambdaMemoryMb: 1769 });
    expect(seen.at(-1)!.found).toBeUndefined();
  });

  test('and whose group cannot be read at first takes no VM away', async () => {
    const faults = [{ ...deny, operation: 'DescribeAutoScalingGroups', forSeconds: 90 }];
    acting = await actOn('weighted-classifier', 'live', { initialVms: [8], faults });
    const ladder = new Ladder(failing, failing, acting.profile, defaultLimits.ladder);
    const seen = await drive(acting, 30, (observation) => ladder.decide(observation).action);
    expect(seen.slice(0, 2).map(({ found }) => found)).toEqual([undefined, undefined]);
    expect(seen.at(-1)!.lastAction).toMatchObject({ vmCounts: [8] });
    expect(changes(acting)).not.toContain('SetDesiredCapacity');
  });

  test('leaves all behind an overflow router as it was found', async () => {
    acting = await actOn('image-classifier', 'live', { initialVms: [4, 1], workload: constant(300, 7200) });
    const waits = [250, null];
    const small = () =>
      action({ variant: 0, vmCounts: [4, 1], lambdaMemoryMb: 1769, spillover: { maxWaitMs: waits, lambdaShare: 0 } });
    await drive(acting, 40, small);
    const next = acting.reopened();
    const before = changes(acting).length;
    const guard = new Guard(failing, acting.profile);
    const seen = await drive(next, 5, (observation) => guard.decide(observation).action);
    expect(seen[0]!.found).toMatchObject({ variant: 0, vmCounts: [4, 1], spillover: { maxWaitMs: waits } });
    expect(changes(acting).slice(before)).toEqual([]);
    expect(seen.at(-1)!.lastAction).toMatchObject({ variant: 0, vmCounts: [4, 1], lambdaMemoryMb: 1769 });
    expect((await acting.reopened().environment.observe()).found).toEqual(seen[0]!.found);
  });
});

describe('in shadow mode', () => {
  test.each(['weighted-classifier', 'image-classifier'] as const)(
    'nothing is changed at the twin of %s, and every request is told',
    async (name) => {
      acting = await actOn(name, 'shadow', { initialVms: name === 'weighted-classifier' ? [2] : [2, 0] });
      const pools = acting.profile.pools.length;
      const seen = await drive(acting, 18, (_, minute) =>
        action({
          variant: minute < 10 ? 1 : 0,
          vmCounts: Array.from({ length: pools }, () => (minute < 8 ? 6 : 3)),
          lambdaMemoryMb: 1769,
          lambdaProvisioned: 2,
          spillover: { maxWaitMs: [0, 100], lambdaShare: 0.3 },
        }),
      );
      expect(changes(acting)).toEqual([]);
      const told = new Set(acting.told.map(({ operation }) => operation));
      const router = name === 'weighted-classifier' ? 'ModifyRule' : 'SetRouter';
      for (const operation of ['SetDesiredCapacity', 'UpdateFunctionConfiguration', 'UpdateAlias', router]) {
        expect(told).toContain(operation);
      }
      expect(seen[7]!.pools[0]).toMatchObject({ ready: 6, booting: 0 });
      expect(seen.at(-1)!.pools[0]).toMatchObject({ ready: 3 });
    },
  );

  test('each request is told once, since its consequences are seen', async () => {
    acting = await actOn('weighted-classifier', 'shadow', { initialVms: [2] });
    const AutoScalingGroupName = acting.deployment.pools[0]!.autoScalingGroup;
    await acting.clients.autoScaling.send(new ResumeProcessesCommand({ AutoScalingGroupName }));
    await drive(acting, 8, () => action({ vmCounts: [6] }));
    expect(acting.told.filter(({ operation }) => operation === 'SetDesiredCapacity')).toHaveLength(1);
    expect(acting.told.filter(({ operation }) => operation === 'SuspendProcesses')).toHaveLength(1);
  });
});
