import { describe, expect, test } from 'vitest';
import type { Group } from '../../../env/aws/fleet/group-reader.ts';
import { InstanceMemory } from '../../../env/aws/fleet/instance-memory.ts';
import { readProfile } from '../../../env/profile.ts';
import type { Fault } from '../../../env/twin/faults/fault.ts';
import type { Action, ServiceProfile } from '../../../env/types.ts';
import { liveOn, play } from './on-twin.ts';

const onDemand = await readProfile('examples/weighted-classifier.yaml');
const terms = {
  interruptionsPerHour: 0,
  noticeSeconds: 120,
  priceShare: 0.5,
  waves: { share: 0, reach: 1, shortageSeconds: 0 },
};
const onSpot = (over: Partial<typeof terms> = {}): ServiceProfile => ({
  ...onDemand,
  pools: onDemand.pools.map((pool) => ({ ...pool, spot: { ...terms, ...over } })),
});
const action: Action = {
  variant: onDemand.variants.findIndex(({ accuracy }) => accuracy >= onDemand.accuracyFloor),
  vmCounts: [8],
  lambdaMemoryMb: onDemand.lambda.memoryMb.at(-1)!,
  spillover: { maxWaitMs: onDemand.slo.classes.map(() => null), lambdaShare: 0.2 },
};

function fault(kind: Fault['kind'], atSeconds: number, forSeconds: number, strength = 1): Fault {
  return { kind, atSeconds, forSeconds, service: null, operation: null, resource: null, strength };
}

function opened(profile: ServiceProfile) {
  return liveOn('weighted-classifier', { initialVms: [8], profile }, { profile });
}

describe('a group on spot, live', () => {
  test('that is interrupted is nobody else writing: it is replaced, told as interrupted, and its capacity stays as it was', async () => {
    const profile = onSpot();
    const live = await opened(profile);
    live.twin.inject(fault('spot-interruption', 600, 0, 0.5));
    const played = await play(live, action, 30);
    const pools = played.map(({ seen }) => seen.pools[0]!);
    expect(pools.flatMap(({ hindrances = [] }) => hindrances)).toEqual([]);
    expect(Math.min(...pools.map(({ ready }) => ready))).toBeLessThan(8);
    expect(pools.every(({ ready, booting }) => ready + booting === 8)).toBe(true);
    expect(pools.at(-1)).toMatchObject({ ready: 8, booting: 0 });
    const told = played.flatMap((one) => one.told ?? []);
    const sum = (field: 'interruptions' | 'launches' | 'terminations') =>
      told.reduce((total, one) => total + one[field], 0);
    expect(sum('interruptions')).toBeGreaterThan(0);
    expect(sum('interruptions')).toBe(live.twin.world.total.interruptions);
    expect(sum('launches')).toBe(sum('interruptions'));
    expect(sum('terminations')).toBe(0);
    await live.end();
  });

  test('that cannot be refilled is told as a capacity failure, like any other', async () => {
    const live = await opened(onSpot());
    live.twin.inject(fault('capacity-failure', 590, 900));
    live.twin.inject(fault('spot-interruption', 600, 0));
    const played = await play(live, action, 14);
    const kinds = new Set(played.flatMap(({ seen }) => seen.pools[0]!.hindrances?.map(({ kind }) => kind) ?? []));
    expect([...kinds]).toEqual(['capacity-failure']);
    await live.end();
  });

  test('is taken back by the twin at random too, and pays the spot price', async () => {
    const live = await opened(onSpot({ interruptionsPerHour: 3 }));
    await play(live, action, 40);
    const { interruptions, terminations, vmSeconds, usd } = live.twin.world.total;
    expect(interruptions).toBeGreaterThan(5);
    expect(terminations).toBe(0);
    expect(usd.vm).toBeCloseTo((vmSeconds[0]! * 0.5 * 0.085) / 3600, 6);
    await live.end();
  });

  test('an interruption in a script leaves a group on demand alone', async () => {
    const live = await opened(onDemand);
    live.twin.inject(fault('spot-interruption', 60, 0));
    await play(live, action, 5);
    expect(live.twin.world.total.interruptions).toBe(0);
    await live.end();
  });
});

test('of instances that went, those beyond what the desired capacity fell by were interrupted, on spot alone', () => {
  const group = (desired: number, ids: string): Group => ({
    ...{ min: 0, max: 9, desired, suspended: [], tags: [] },
    instances: [...ids].map((id) => ({ id, lifecycle: 'InService', isHealthy: true, isProtected: false })),
  });
  const counts = (isSpot: boolean) => {
    const memory = new InstanceMemory(isSpot);
    return [group(4, 'abcd'), group(4, 'abcx'), group(2, 'abcx'), group(2, 'ab'), group(1, 'z')].map((one, at) => {
      const { terminations, interruptions } = memory.count(one, [], 60_000 * at);
      return [terminations, interruptions];
    });
  };
  expect(counts(true)).toEqual([
    [0, 0],
    [0, 1],
    [0, 0],
    [2, 0],
    [1, 1],
  ]);
  expect(counts(false)).toEqual([
    [0, 0],
    [1, 0],
    [0, 0],
    [2, 0],
    [2, 0],
  ]);
});
