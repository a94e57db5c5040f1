import { beforeEach, describe, expect, test } from 'vitest';
import { ownReads } from '../../../env/aws/calls/bulk-reads.ts';
import { Calls } from '../../../env/aws/calls/call.ts';
import type { AwsClients } from '../../../env/aws/clients.ts';
import { FleetAccount } from '../../../env/aws/fleet/fleet-account.ts';
import { FleetReader } from '../../../env/aws/fleet/fleet-reader.ts';
import { ForeignWrites } from '../../../env/aws/fleet/foreign-writes.ts';
import { readGroups } from '../../../env/aws/fleet/group-reader.ts';
import { InstanceMemory } from '../../../env/aws/fleet/instance-memory.ts';
import { PoolReader } from '../../../env/aws/fleet/pool-reader.ts';
import type { Deployment } from '../../../env/deployment/deployment.ts';
import type { ServiceProfile } from '../../../env/types.ts';
import { example } from '../twin/open.ts';
import { type Answers, fakeClients } from './fake-clients.ts';
import { refusal } from './sent-to.ts';

function instance(id: string, lifecycle = 'InService', more: object = {}) {
  return { InstanceId: id, LifecycleState: lifecycle, HealthStatus: 'Healthy', ProtectedFromScaleIn: false, ...more };
}

function described(name: string, more: object = {}) {
  const sizes = { MinSize: 0, MaxSize: 100, DesiredCapacity: 1 };
  return { AutoScalingGroupName: name, ...sizes, Instances: [instance('i-1')], SuspendedProcesses: [], ...more };
}

const inService = (id: string) => ({ id, lifecycle: 'InService', isHealthy: true, isProtected: false });

describe('reading groups', () => {
  test('asks for 100 names at once, and follows pages', async () => {
    const names = Array.from({ length: 250 }, (_, index) => `group-${index}`);
    const asked: number[] = [];
    const { autoScaling } = fakeClients({
      DescribeAutoScalingGroups({ AutoScalingGroupNames, NextToken }) {
        const all = AutoScalingGroupNames as string[];
        asked.push(all.length);
        const from = NextToken === undefined ? 0 : 50;
        const groups = all.slice(from, from + 50).map((name) => described(name));
        return { AutoScalingGroups: groups, ...(from === 0 && all.length > 50 ? { NextToken: 'b' } : {}) };
      },
    });
    const groups = await readGroups(autoScaling, new Calls(1000), names);
    expect([...groups.values()].filter((group) => 'kind' in group)).toEqual([]);
    expect(asked).toEqual([100, 100, 50, 100, 100]);
  });

  test.each<[string, Answers, string]>([
    ['is not there', () => ({ AutoScalingGroups: [] }), 'not-found'],
    ['comes in an empty body', () => ({}), 'garbled'],
    [
      'has no number for its size',
      () => ({ AutoScalingGroups: [described('a', { DesiredCapacity: Number.NaN })] }),
      'garbled',
    ],
    ['has pages without end', () => ({ AutoScalingGroups: [], NextToken: 'again' }), 'garbled'],
  ])('a group that %s was not read', async (_, answer, kind) => {
    const { autoScaling } = fakeClients({ DescribeAutoScalingGroups: answer });
    expect((await readGroups(autoScaling, new Calls(1000), ['a'])).get('a')).toMatchObject({ kind });
  });
});

describe('a group whose sizes are no counts of instances is left alone', () => {
  const heavy = { Overrides: [{ InstanceType: 'c5.large' }, { InstanceType: 'c5.4xlarge', WeightedCapacity: '8' }] };

  test.each([
    ['its launch template weighs instance types', { MixedInstancesPolicy: { LaunchTemplate: heavy } }, '(8)'],
    ['an instance weighs more', { Instances: [instance('i-1', 'InService', { WeightedCapacity: '4' })] }, '(4)'],
    ['it is counted in processors', { DesiredCapacityType: 'vcpu' }, 'vcpu'],
  ])('%s', async (_, more, words) => {
    const { autoScaling } = fakeClients({
      DescribeAutoScalingGroups: () => ({ AutoScalingGroups: [described('a', more)] }),
    });
    const found = (await readGroups(autoScaling, new Calls(1000), ['a'])).get('a');
    expect(found).toMatchObject({ kind: 'invalid', said: expect.stringContaining(words) });
  });

  test('weights of 1 and units are instances', async () => {
    const one = { Instances: [instance('i-1', 'InService', { WeightedCapacity: '1' })], DesiredCapacityType: 'units' };
    const { autoScaling } = fakeClients({
      DescribeAutoScalingGroups: () => ({ AutoScalingGroups: [described('a', one)] }),
    });
    expect((await readGroups(autoScaling, new Calls(1000), ['a'])).get('a')).toMatchObject({ desired: 1 });
  });
});

describe('behind a router that checks its servers', () => {
  const three = {
    ...{ min: 0, max: 9, desired: 3, suspended: [], tags: [] },
    instances: ['i-1', 'i-2', 'i-3'].map(inService),
  };
  let pool: PoolReader;
  const seen = async (servers: Readonly<Record<string, boolean>> | null, nowMs: number) => {
    const known = { written: null, servers: servers && new Map(Object.entries(servers)) };
    return (await pool.read(three, known, nowMs)).view;
  };

  beforeEach(async () => {
    const { profile, deployment } = await example('image-classifier');
    pool = new PoolReader(profile.pools[0]!, deployment.pools[0]!, fakeClients({}), new Calls(1000));
  });

  test('one that it finds down is not ready: it boots until it was up, and is sick afterwards', async () => {
    expect(await seen({ 'i-1': true }, 0)).toMatchObject({ ready: 3, booting: 0, sick: 0 });
    const found = { 'i-1': false, 'i-2': false, 'i-3': true };
    expect(await seen(found, 60_000)).toMatchObject({ ready: 1, booting: 1, sick: 1 });
  });

  test('what it does not know is as the group says, and so are all while it is silent', async () => {
    expect(await seen({}, 0)).toMatchObject({ ready: 3, sick: 0 });
    expect(await seen(null, 60_000)).toMatchObject({ ready: 3, sick: 0 });
  });
});

test('targets whose health was never told are as their group says, and nothing of them is taken away', async () => {
  const { profile, deployment } = await example('weighted-classifier');
  const denied = () => {
    throw refusal('AccessDenied', 403);
  };
  const pool = new PoolReader(
    profile.pools[0]!,
    deployment.pools[0]!,
    fakeClients({ DescribeTargetHealth: denied }),
    new Calls(1000),
  );
  const group = { ...{ min: 0, max: 9, desired: 1, suspended: [], tags: [] }, instances: [inService('i-1')] };
  for (const nowMs of [0, 7_200_000]) {
    const { view } = await pool.read(group, { written: null, servers: null }, nowMs);
    expect(view).toMatchObject({ ready: 1, sick: 0, hindrances: [{ kind: 'unread', forbids: 'cut' }] });
  }
});

describe('instances over time', () => {
  const group = (...instances: readonly (readonly [string, string])[]) => ({
    ...{ min: 0, max: 9, desired: 1, suspended: [], tags: [] },
    instances: instances.map(([id, lifecycle]) => ({ id, lifecycle, isHealthy: true, isProtected: false })),
  });
  const health = (...healthy: string[]) => [new Map(healthy.map((id) => [id, 'healthy']))];

  test('are ready once a target group finds them healthy, and in service without one', () => {
    const memory = new InstanceMemory();
    const both = group(['a', 'InService'], ['b', 'InService'], ['c', 'Pending:Wait']);
    expect(memory.count(both, health('a'), 0)).toMatchObject({ ready: 1, booting: 2, billed: 3 });
    expect(memory.count(both, [], 60_000)).toMatchObject({ ready: 2, booting: 1 });
  });

  test('that were healthy and are not are sick: neither ready nor booting', () => {
    const memory = new InstanceMemory();
    const one = group(['a', 'InService']);
    memory.count(one, health('a'), 0);
    expect(memory.count(one, health(), 60_000)).toMatchObject({ ready: 0, booting: 0, sick: 1, billed: 1 });
    expect(memory.count(one, health('a'), 120_000)).toMatchObject({ ready: 1, sick: 0 });
  });

  test('that have not become healthy in an hour do not count as coming any more', () => {
    const memory = new InstanceMemory();
    const one = group(['a', 'InService']);
    expect(memory.count(one, health(), 0).booting).toBe(1);
    expect(memory.count(one, health(), 3_600_000).booting).toBe(1);
    expect(memory.count(one, health(), 3_600_001).booting).toBe(0);
  });

  test('are launched when they are first seen, and gone once they terminate; a first reading launches nothing', () => {
    const memory = new InstanceMemory();
    expect(memory.count(group(['a', 'InService']), [], 0)).toMatchObject({ launches: 0, terminations: 0 });
    const next = group(['a', 'Terminating:Wait'], ['b', 'Pending']);
    expect(memory.count(next, [], 1)).toMatchObject({ launches: 1, terminations: 1, billed: 2, ready: 0 });
    expect(memory.count(group(['b', 'InService']), [], 2)).toMatchObject({ launches: 0, terminations: 0, ready: 1 });
  });

  test('that a person set aside are neither ready nor sick, and cost', () => {
    const memory = new InstanceMemory();
    memory.count(group(['a', 'InService'], ['b', 'InService']), [], 0);
    const aside = group(['a', 'InService'], ['b', 'Standby'], ['c', 'Pending']);
    expect(memory.count(aside, [], 60_000)).toMatchObject({ ready: 1, booting: 1, sick: 0, billed: 3 });
  });

  test('that a warm pool holds stopped cost nothing', () => {
    const warm = group(['a', 'Warmed:Stopped'], ['b', 'Warmed:Running']);
    expect(new InstanceMemory().count(warm, [], 0)).toMatchObject({ ready: 0, booting: 0, billed: 1 });
  });
});

describe('the writes of others', () => {
  const seen = (...desired: readonly number[]) => {
    const writes = new ForeignWrites();
    return desired.map((one) => {
      writes.saw(one, 5);
      return writes.hindrance('cpu') !== null;
    });
  };

  test('are none while it is as written, and are waited for where it once is not', () => {
    expect(seen(5, 5, 4, 5, 4, 5)).toEqual([false, false, true, false, true, false]);
  });

  test('rest the pool for five readings, and again when they go on', () => {
    expect(seen(7, 7, 7, 7, 7, 7, 7, 7)).toEqual([true, true, true, true, true, true, false, false]);
    expect(seen(7, 7, 7, 7, 7, 7, 7, 8, 8, 8)).toEqual([...Array(6).fill(true), false, true, true, true]);
  });

  test('are none where nothing was written', () => {
    const writes = new ForeignWrites();
    for (const desired of [1, 2, 3]) writes.saw(desired, null);
    expect(writes.hindrance('cpu')).toBeNull();
  });
});

describe('a fleet as read', () => {
  const nowMs = Date.parse('2026-11-22T10:00:00Z');

  async function reader(answers: Readonly<Record<string, Answers>>) {
    const { profile, deployment } = await example('image-classifier');
    return readerOf(profile, deployment, fakeClients(answers));
  }

  function readerOf(profile: ServiceProfile, deployment: Deployment, clients: AwsClients) {
    const calls = new Calls(1000);
    return new FleetReader(profile, deployment, clients, calls, ownReads(clients, calls));
  }

  const groups = (more: object) => ({
    AutoScalingGroups: [
      described('image-classifier-cpu', more),
      described('image-classifier-gpu', { MaxSize: 1, Instances: [instance('g')] }),
    ],
  });
  const failed = (secondsAgo: number) => ({
    Activities: [
      {
        StartTime: new Date(nowMs - 1000 * secondsAgo),
        StatusCode: 'Failed',
        Description: 'Launching a new EC2 instance.',
        StatusMessage: 'We currently do not have sufficient c5.large capacity in the Availability Zone you requested.',
      },
    ],
  });

  test('counts what was asked for and is not there as coming, unless launches have failed', async () => {
    for (const [activities, booting] of [
      [{ Activities: [] }, 3],
      [failed(60), 0],
      [failed(900), 3],
    ] as const) {
      const fleet = await reader({
        DescribeAutoScalingGroups: () => groups({ DesiredCapacity: 4 }),
        DescribeScalingActivities: () => activities,
      });
      const [cpu] = await fleet.read([null, null], nowMs);
      expect(cpu!.view).toMatchObject({ desired: 4, ready: 1, booting });
    }
  });

  test('knows a failure by whether it is newer than the last write, and blocks launches for four minutes', async () => {
    const fleet = await reader({
      DescribeAutoScalingGroups: () => groups({ DesiredCapacity: 4 }),
      DescribeScalingActivities: () => failed(100),
    });
    await fleet.read([null, null], nowMs - 120_000);
    const [blocked] = await fleet.read([4, null], nowMs);
    expect(blocked!.view.booting).toBe(0);
    expect(blocked!.view.hindrances).toMatchObject([{ kind: 'capacity-failure', forbids: 'launch' }]);
    const [later] = await fleet.read([4, null], nowMs + 141_000);
    expect(later!.view).toMatchObject({ booting: 0, hindrances: [] });
    const [rewritten] = await fleet.read([5, null], nowMs + 200_000);
    expect(rewritten!.view.booting).toBe(3);
  });

  test('says where a group allows less than the profile', async () => {
    const fleet = await reader({ DescribeAutoScalingGroups: () => groups({}) });
    const [cpu, gpu] = await fleet.read([null, null], nowMs);
    expect(cpu!.view.hindrances).toEqual([]);
    expect(gpu!.view).toMatchObject({ max: 1, hindrances: [{ kind: 'group-limit', forbids: 'launch' }] });
    const narrow = await reader({ DescribeAutoScalingGroups: () => groups({ MinSize: 3 }) });
    const [kept] = await narrow.read([null, null], nowMs);
    expect(kept!.view).toMatchObject({ min: 3, hindrances: [{ kind: 'group-limit', forbids: 'cut' }] });
  });

  test('keeps what it had of a group that cannot be read, which must not be changed', async () => {
    let isDown = false;
    const fleet = await reader({
      DescribeAutoScalingGroups() {
        if (isDown) throw Object.assign(new Error('no'), { name: 'AccessDenied' });
        return groups({});
      },
    });
    await fleet.read([null, null], nowMs);
    isDown = true;
    const [cpu] = await fleet.read([null, null], nowMs + 60_000);
    expect(cpu!.counted).toBeNull();
    expect(cpu!.view).toMatchObject({
      ready: 1,
      desired: 1,
      hindrances: [{ kind: 'access-denied', forbids: 'change' }],
    });
  });

  test('without the health of its targets keeps the last one, and forbids cuts', async () => {
    const { profile, deployment } = await example('weighted-classifier');
    let isDown = false;
    const clients = fakeClients({
      DescribeAutoScalingGroups: () => ({ AutoScalingGroups: [described('weighted-classifier-cpu')] }),
      DescribeTargetHealth() {
        if (isDown) throw Object.assign(new Error('slow down'), { name: 'Throttling' });
        return { TargetHealthDescriptions: [{ Target: { Id: 'i-1' }, TargetHealth: { State: 'healthy' } }] };
      },
    });
    const fleet = readerOf(profile, deployment, clients);
    expect((await fleet.read([null], nowMs))[0]!.view).toMatchObject({ ready: 1, healthyTargets: [1, 1, 1] });
    isDown = true;
    expect((await fleet.read([null], nowMs))[0]!.view).toMatchObject({
      ...{ ready: 1, healthyTargets: [null, null, null] },
      hindrances: [{ kind: 'unread', forbids: 'cut' }],
    });
  });
});

describe('the account of a fleet', () => {
  const counted = (billed: number, ready = billed, launches = 0) => ({
    ready,
    booting: 0,
    sick: 0,
    billed,
    launches,
    terminations: 0,
    interruptions: 0,
  });

  async function account(fromMs = 0) {
    const { profile } = await example('weighted-classifier');
    return new FleetAccount(profile, fromMs);
  }

  test('tells each second once, whatever the readings in between', async () => {
    const fleet = await account();
    fleet.saw(0, [counted(2)]);
    fleet.saw(60_000, [counted(4, 2, 2)]);
    fleet.saw(120_000, [null]);
    expect(fleet.tellUntil(90_000)).toEqual({
      seconds: 90,
      vmSeconds: [240],
      readySlotSeconds: [180],
      launches: 2,
      terminations: 0,
      interruptions: 0,
    });
    expect(fleet.tellUntil(90_000)).toBeNull();
    expect(fleet.tellUntil(180_000)).toMatchObject({ seconds: 90, vmSeconds: [360], launches: 0 });
  });

  test('knows nothing before its first reading, and does not lose the time to it', async () => {
    const fleet = await account(0);
    expect(fleet.tellUntil(60_000)).toBeNull();
    fleet.saw(120_000, [counted(1)]);
    expect(fleet.tellUntil(120_000)).toMatchObject({ seconds: 120, vmSeconds: [120] });
  });

  test('of a clock that goes back tells nothing twice', async () => {
    const fleet = await account();
    fleet.saw(0, [counted(1)]);
    fleet.saw(600_000, [counted(1)]);
    expect(fleet.tellUntil(600_000)!.vmSeconds).toEqual([600]);
    fleet.saw(300_000, [counted(5)]);
    expect(fleet.tellUntil(300_000)).toBeNull();
    fleet.saw(660_000, [counted(5)]);
    expect(fleet.tellUntil(660_000)!.vmSeconds).toEqual([300]);
  });
});
