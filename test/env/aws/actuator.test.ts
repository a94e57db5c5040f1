import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { FleetView } from '../../../env/aws/fleet/fleet-view.ts';
import type { Actuation } from '../../../env/aws/levers/actuation.ts';
import type { Actuator } from '../../../env/aws/levers/actuator.ts';
import type { Mutation } from '../../../env/aws/writing/mutation.ts';
import type { DeployedService } from '../../../env/deployment/deployment.ts';
import type { Action } from '../../../env/types.ts';
import { example } from '../twin/open.ts';
import { action, actuatorOn, FakeCloud, type Fate } from './fake-cloud.ts';

let cloud: FakeCloud;
let service: DeployedService;
let actuator: Actuator;

beforeEach(async () => {
  cloud = new FakeCloud();
  service = await example('weighted-classifier');
  actuator = actuatorOn(cloud, service);
});

/** One decision, a minute after the last, on what the group is like now. */
async function decide(wanted: Action, hindrances: FleetView['pools'][number]['hindrances'] = []): Promise<Actuation> {
  cloud.nowMs += 60_000;
  const { min, max, desired, suspended } = cloud.group;
  const healthyTargets = [desired, desired, desired];
  return actuator.apply(wanted, {
    pools: [{ min, max, desired, ready: desired, booting: 0, sick: 0, healthyTargets, hindrances, suspended }],
  });
}

const kinds = () => cloud.written.map(({ kind }) => kind);
const capacities = () => cloud.written.flatMap((one) => (one.kind === 'set-desired-capacity' ? [one.desired] : []));

test('policies rest first, then VMs are launched, then the traffic moves', async () => {
  await decide(action(6));
  expect(kinds()).toEqual(['suspend-alarms', 'set-desired-capacity', 'modify-rule']);
});

test('VMs are taken away after the traffic has moved', async () => {
  await decide(action(4));
  await decide(action(2, 0.5));
  expect(kinds().slice(2)).toEqual(['modify-rule', 'set-desired-capacity']);
});

test('while the traffic could not be moved no VM is taken away', async () => {
  await decide(action(4));
  cloud.fates = ['throttled'];
  await decide(action(2, 0.5));
  expect(capacities()).toEqual([]);
  await decide(action(2, 0.5));
  expect(capacities()).toEqual([2]);
});

test('saying it twice changes nothing', async () => {
  await decide(action(6));
  const before = cloud.written.length;
  await decide(action(6));
  expect(cloud.written).toHaveLength(before);
});

test("counts keep to the group's own bounds", async () => {
  const { inForce } = await decide(action(50));
  expect(capacities()).toEqual([10]);
  expect(inForce.vmCounts).toEqual([10]);
});

test('bounds that were moved after they were read are read again, once', async () => {
  cloud.fates = ['done', 'out-of-bounds'];
  const view = cloud.group;
  cloud.group = { ...cloud.group, max: 5 };
  cloud.nowMs += 60_000;
  await actuator.apply(action(8), {
    pools: [{ ...view, ready: 4, booting: 0, sick: 0, healthyTargets: [4, 4, 4], hindrances: [] }],
  });
  expect(capacities()).toEqual([8, 5]);
  expect(actuator.written).toEqual([5]);
});

test('a group that could not be read is left alone', async () => {
  await decide(action(9), [{ kind: 'unread', forbids: 'change', said: 'unread' }]);
  expect(capacities()).toEqual([]);
});

test('a group that somebody else sets is left alone as long as that is said of the pool', async () => {
  await decide(action(6));
  cloud.group = { ...cloud.group, desired: 3 };
  for (let minute = 0; minute < 5; minute++) {
    await decide(action(6), [{ kind: 'foreign-write', forbids: 'change', said: 'Somebody else' }]);
  }
  expect(capacities()).toEqual([6]);
});

describe('a write whose answer is lost', () => {
  test('is known by what is read back', async () => {
    cloud.fates = ['done', 'lost-after'];
    const { isUnknown } = await decide(action(6));
    expect(isUnknown).toBe(false);
    expect(actuator.written).toEqual([6]);
  });

  test('and that cannot be read back is read before anything else is written', async () => {
    await decide(action(4));
    cloud.fates = ['lost-before'];
    cloud.isReadable = false;
    expect((await decide(action(6))).isUnknown).toBe(true);
    const before = cloud.written.length;
    await decide(action(7));
    expect(cloud.written).toHaveLength(before);
    cloud.isReadable = true;
    await decide(action(7));
    expect(capacities()).toEqual([6, 7]);
    expect(actuator.written).toEqual([7]);
  });

  test("and that is read back as done is known as one's own, even when the next one comes to nothing", async () => {
    await decide(action(1));
    cloud.fates = ['lost-after'];
    cloud.isReadable = false;
    await decide(action(10));
    [cloud.fates, cloud.isReadable] = [['lost-before'], true];
    await decide(action(1));
    expect(cloud.group.desired).toBe(10);
    expect(actuator.written).toEqual([10]);
  });

  test('and of which nothing is seen is told as unknown', async () => {
    await decide(action(4));
    cloud.fates = ['lost-before'];
    expect((await decide(action(6))).isUnknown).toBe(true);
    expect(actuator.written).toEqual([null]);
  });
});

describe('a group that is described as it was before a write', () => {
  test("does not make it somebody else's", async () => {
    await decide(action(4));
    cloud.stale = cloud.group;
    await decide(action(6));
    expect(actuator.written).toEqual([6]);
  });

  test("nor where the write's answer is lost too: it is looked for again, though nothing may be written", async () => {
    await decide(action(4));
    [cloud.stale, cloud.fates] = [cloud.group, ['lost-after']];
    await decide(action(6));
    cloud.stale = null;
    await decide(action(7), [{ kind: 'foreign-write', forbids: 'change', said: 'Somebody else' }]);
    expect([capacities(), actuator.written]).toEqual([[6], [6]]);
    await decide(action(7));
    expect(capacities()).toEqual([6, 7]);
  });
});

describe('a refused write', () => {
  test('that is denied rests with its reason while the others go on, and is tried again after a quarter of an hour', async () => {
    await decide(action(4));
    cloud.fates = ['denied'];
    const { hindrances } = await decide(action(6, 0.3));
    expect(hindrances[0]).toMatchObject([{ kind: 'access-denied', forbids: 'change' }]);
    expect(hindrances[0]![0]!.said).toMatch(/^Spillway may not change the capacity of cpu \(.*AccessDenied/);
    expect(kinds().at(-1)).toBe('modify-rule');
    for (let minute = 0; minute < 13; minute++) await decide(action(6, 0.3));
    expect(capacities()).toEqual([6]);
    for (let minute = 0; minute < 3; minute++) await decide(action(6, 0.3));
    expect(capacities()).toEqual([6, 6]);
    expect((await decide(action(6, 0.3))).hindrances).toEqual([[]]);
  });

  test('that is throttled is left out for a while, longer each time, and nothing is queued', async () => {
    await decide(action(4));
    cloud.fates = ['throttled', 'throttled', 'throttled', 'throttled'];
    for (let wanted = 5; wanted < 10; wanted++) await decide(action(wanted));
    const asked = capacities().length;
    expect(asked).toBeLessThan(5);
    for (let minute = 0; minute < 10; minute++) await decide(action(9));
    expect(capacities().at(-1)).toBe(9);
    expect(cloud.group.desired).toBe(9);
  });

  test('is said once, and again when it changes', async () => {
    await decide(action(4));
    cloud.fates = ['denied'];
    expect((await decide(action(6))).said).toHaveLength(1);
    expect((await decide(action(6))).said).toEqual([]);
  });
});

test('while the policies of a group cannot be made to rest, its size is left alone', async () => {
  cloud.fates = ['denied'];
  const { hindrances } = await decide(action(6));
  expect(capacities()).toEqual([]);
  expect(hindrances[0]).toMatchObject([{ kind: 'access-denied' }]);
});

test('after a hand-back the policies are made to rest again, and nothing is compared with what was written before', async () => {
  await decide(action(6));
  cloud.group = { ...cloud.group, suspended: [], desired: 8 };
  actuator.forget();
  expect(actuator.written).toEqual([null]);
  await decide(action(8));
  expect(kinds().filter((kind) => kind === 'suspend-alarms')).toHaveLength(2);
});

test('policies that somebody resumed while Spillway drives are made to rest again, before a size is set', async () => {
  await decide(action(4));
  cloud.group = { ...cloud.group, suspended: [] };
  const before = cloud.written.length;
  await decide(action(6));
  expect(kinds().slice(before)).toEqual(['suspend-alarms', 'set-desired-capacity']);
});

describe('the rule', () => {
  test('is changed once a minute at most', async () => {
    await decide(action(4, 0.1));
    cloud.nowMs -= 40_000;
    await decide(action(4, 0.2));
    expect(kinds().filter((kind) => kind === 'modify-rule')).toHaveLength(1);
    await decide(action(4, 0.2));
    expect(kinds().filter((kind) => kind === 'modify-rule')).toHaveLength(2);
  });

  test('is left as it is for less than half a percent of the traffic, unless a group would have none', async () => {
    await decide(action(4, 0.1));
    await decide(action(4, 0.104));
    expect(kinds().filter((kind) => kind === 'modify-rule')).toHaveLength(1);
    await decide(action(4, 0.004));
    await decide(action(4, 0));
    expect(kinds().filter((kind) => kind === 'modify-rule')).toHaveLength(3);
  });

  test('that is described as it was before a write is written again by the next decision', async () => {
    await decide(action(4, 0.1));
    cloud.staleWeights = cloud.weights;
    await decide(action(4, 0.2));
    cloud.staleWeights = null;
    const { said } = await decide(action(4, 0.3));
    expect(said.join()).not.toContain('somebody else');
    expect(kinds().filter((kind) => kind === 'modify-rule')).toHaveLength(3);
  });

  test('that somebody else changed is not overwritten before it was looked at again', async () => {
    await decide(action(4, 0.1));
    cloud.weights = cloud.weights.map((one) => ({ ...one, weight: 100 }));
    const { said } = await decide(action(4, 0.2));
    expect(said.join()).toContain('somebody else changed them');
    expect(kinds().filter((kind) => kind === 'modify-rule')).toHaveLength(1);
  });
});

test('a lever that breaks does not keep the others from being pulled', async () => {
  await decide(action(4));
  Object.assign(cloud, {
    write: async (mutation: Mutation) => {
      if (mutation.kind === 'set-desired-capacity') throw new TypeError('broken');
      cloud.written.push(mutation);
      return { state: 'done', response: {} };
    },
  });
  const { said } = await decide(action(6, 0.4));
  expect(said.join()).toContain('broken');
  expect(kinds().at(-1)).toBe('modify-rule');
});

test('whatever AWS answers, counts stay within the bounds, and once it answers as it should, what is asked for is in force', async () => {
  const fates = fc.constantFrom<Fate>('done', 'lost-after', 'lost-before', 'throttled', 'denied', 'out-of-bounds');
  const wish = fc.record({ vms: fc.integer({ min: 0, max: 30 }), share: fc.double({ min: 0, max: 1, noNaN: true }) });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(wish, fates, fc.boolean()), { maxLength: 30 }), wish, async (story, last) => {
      cloud = new FakeCloud();
      actuator = actuatorOn(cloud, service);
      for (const [{ vms, share }, fate, isReadable] of story) {
        cloud.fates = [fate];
        cloud.isReadable = isReadable;
        await decide(action(vms, share));
        const { min, max, desired } = cloud.group;
        expect(desired >= min && desired <= max).toBe(true);
      }
      [cloud.fates, cloud.isReadable] = [[], true];
      for (let minute = 0; minute < 20; minute++) await decide(action(last.vms, last.share));
      expect(cloud.group.desired).toBe(Math.min(10, Math.max(1, last.vms)));
      expect([null, cloud.group.desired]).toContain(actuator.written[0]);
      const lambda = cloud.weights.find(({ targetGroup }) => targetGroup.includes('lambda-inception'));
      expect(Math.abs((lambda?.weight ?? 0) - 999 * last.share)).toBeLessThan(6);
    }),
    { numRuns: 60 },
  );
});

test('batches, which nothing on AWS gathers, are told and not taken to be in force', async () => {
  const { inForce, said } = await decide({ ...action(4), lambdaBatch: { size: 8, timeoutMs: 50 } });
  expect(inForce).not.toHaveProperty('lambdaBatch');
  expect(said.join()).toContain('batches of 8 within 50 ms are not made');
});
