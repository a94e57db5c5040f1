import {
  CreateOrUpdateTagsCommand,
  DeleteTagsCommand,
  DescribeAutoScalingGroupsCommand,
  DescribePoliciesCommand,
  DescribeScalingActivitiesCommand,
  DescribeScheduledActionsCommand,
  ResumeProcessesCommand,
  SetDesiredCapacityCommand,
  SetInstanceProtectionCommand,
  SuspendProcessesCommand,
} from '@aws-sdk/client-auto-scaling';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Fault } from '../../../env/twin/faults/fault.ts';
import type { TwinOptions } from '../../../env/twin/twin.ts';
import { clientsOf, constant, openExample } from './open.ts';

const name = 'weighted-classifier-cpu';

async function opened(options: Partial<TwinOptions> = {}) {
  const twin = await openExample('weighted-classifier', { initialVms: [4], ...options });
  const clients = clientsOf(twin);
  const { autoScaling } = clients;
  const group = async () =>
    (await autoScaling.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] })))
      .AutoScalingGroups![0]!;
  return {
    twin,
    autoScaling,
    group,
    states: async () => {
      const states = (await group()).Instances!.map(({ LifecycleState }) => LifecycleState!);
      return Object.fromEntries(
        [...new Set(states)].map((state) => [state, states.filter((one) => one === state).length]),
      );
    },
    set: (DesiredCapacity: number, HonorCooldown = false) =>
      autoScaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName: name, DesiredCapacity, HonorCooldown })),
    activities: async () =>
      (await autoScaling.send(new DescribeScalingActivitiesCommand({ AutoScalingGroupName: name }))).Activities!,
    suspend: (...ScalingProcesses: string[]) =>
      autoScaling.send(new SuspendProcessesCommand({ AutoScalingGroupName: name, ScalingProcesses })),
    resume: (...ScalingProcesses: string[]) =>
      autoScaling.send(new ResumeProcessesCommand({ AutoScalingGroupName: name, ScalingProcesses })),
    close: async () => {
      clients.close();
      await twin.close();
    },
  };
}

function fault(kind: Fault['kind'], forSeconds: number, strength = 1): Fault {
  return { kind, atSeconds: 0, forSeconds, service: null, operation: null, resource: null, strength };
}

test('what is set aside is replaced, and is in service again afterwards, beside what replaced it', async () => {
  const { twin, states, group, close } = await opened({ faults: [fault('standby', 900, 0.5)] });
  twin.advance(1);
  expect(await states()).toEqual({ Standby: 2, InService: 2, Pending: 2 });
  expect(twin.groups.all[0]!.serving).toBe(2);
  twin.advance(1200);
  expect(await states()).toEqual({ InService: 6 });
  expect((await group()).DesiredCapacity).toBe(6);
  await close();
});

test('a surplus lives beside what is desired, and goes when it is over', async () => {
  const { twin, states, group, close } = await opened({ faults: [fault('surplus', 900, 2)] });
  twin.advance(600);
  expect(await states()).toEqual({ InService: 6 });
  expect((await group()).DesiredCapacity).toBe(4);
  twin.advance(600);
  expect(await states()).toEqual({ InService: 4 });
  await close();
});

test('a group may be described as it was before a change, for some seconds', async () => {
  const { twin, set, group, close } = await opened({ faults: [fault('stale-describe', 900)] });
  await group();
  await set(6);
  expect((await group()).DesiredCapacity).toBe(4);
  twin.advance(10);
  expect((await group()).DesiredCapacity).toBe(6);
  await close();
});

test('a launch is pending for its boot, serves, and drains before it is gone', async () => {
  const { twin, set, states, activities, close } = await opened();
  await set(6);
  expect(await states()).toEqual({ InService: 4, Pending: 2 });
  twin.advance(60);
  expect(await states()).toEqual({ InService: 4, Pending: 2 });
  twin.advance(400);
  expect(await states()).toEqual({ InService: 6 });
  expect((await activities()).map(({ StatusCode }) => StatusCode)).toEqual(['Successful', 'Successful']);
  await set(3);
  expect(await states()).toEqual({ Terminating: 3, InService: 3 });
  twin.advance(29);
  expect(await states()).toEqual({ Terminating: 3, InService: 3 });
  twin.advance(1);
  expect(await states()).toEqual({ InService: 3 });
  expect(twin.world.totals().ready).toEqual([3]);
  await close();
});

test('a desired capacity outside of the bounds is an error and changes nothing', async () => {
  const { set, twin, close } = await opened();
  const [group] = twin.groups.all;
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: -5, max: 500 }), async (desired) => {
      const before = group!.desired;
      const isLegal = desired >= twin.profile.pools[0]!.min && desired <= twin.profile.pools[0]!.max;
      const error = await set(desired).then(
        () => null,
        (thrown: Error) => thrown,
      );
      if (isLegal) expect(error).toBeNull();
      else expect(error).toMatchObject({ name: 'ValidationError', $metadata: { httpStatusCode: 400 } });
      expect(group!.desired).toBe(isLegal ? desired : before);
    }),
    { numRuns: 40, seed: 1 },
  );
  await expect(set(401)).rejects.toThrow('New SetDesiredCapacity value 401 is above max value 400');
  await close();
});

test('a cooldown is honoured by who asks for it', async () => {
  const { twin, set, close } = await opened();
  await set(5, true);
  await expect(set(6, true)).rejects.toMatchObject({ name: 'ScalingActivityInProgressFault' });
  await set(6);
  twin.advance(300);
  await set(7, true);
  await close();
});

test('a group that nobody has made is a ValidationError to change, and nothing to describe', async () => {
  const { autoScaling, close } = await opened();
  await expect(
    autoScaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName: 'x', DesiredCapacity: 1 })),
  ).rejects.toMatchObject({ name: 'ValidationError' });
  const { AutoScalingGroups } = await autoScaling.send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: ['x'] }),
  );
  expect(AutoScalingGroups).toEqual([]);
  await close();
});

test('without capacity launches fail, are told and tried again, until there is some', async () => {
  const { twin, set, states, activities, group, close } = await opened({ faults: [fault('capacity-failure', 600)] });
  await set(6);
  twin.advance(300);
  expect(await states()).toEqual({ InService: 4 });
  expect((await group()).DesiredCapacity).toBe(6);
  const failed = await activities();
  expect(failed.length).toBeGreaterThan(4);
  expect(failed[0]).toMatchObject({ StatusCode: 'Failed', Progress: 100 });
  expect(failed[0]!.StatusMessage).toContain('do not have sufficient c5.large capacity');
  expect(failed[0]!.StartTime!.getTime()).toBeGreaterThan(failed.at(-1)!.StartTime!.getTime());
  twin.advance(400);
  expect(await states()).toEqual({ InService: 4, Pending: 2 });
  await close();
});

test('instances that never become healthy are in service and serve nobody', async () => {
  const { twin, set, group, close } = await opened({ faults: [fault('never-healthy', 3600)] });
  await set(6);
  twin.advance(600);
  const sick = (await group()).Instances!.filter(({ HealthStatus }) => HealthStatus === 'Unhealthy');
  expect(sick.map(({ LifecycleState }) => LifecycleState)).toEqual(['InService', 'InService']);
  expect(twin.world.totals().ready).toEqual([4]);
  twin.advance(3000);
  expect(twin.world.totals().ready).toEqual([6]);
  await close();
});

test('a slow boot takes as many times as long as the fault says', async () => {
  const { twin, set, states, close } = await opened({ faults: [fault('slow-boot', 60, 10)] });
  await set(5);
  twin.advance(900);
  expect(await states()).toEqual({ InService: 4, Pending: 1 });
  twin.advance(2400);
  expect(await states()).toEqual({ InService: 5 });
  await close();
});

test('suspended processes do nothing, and catch up when they are resumed', async () => {
  const { set, states, suspend, resume, group, close } = await opened();
  await suspend('Launch', 'Terminate');
  expect((await group()).SuspendedProcesses!.map(({ ProcessName }) => ProcessName)).toEqual([
    'AlarmNotification',
    'Launch',
    'Terminate',
  ]);
  await set(6);
  expect(await states()).toEqual({ InService: 4 });
  await set(2);
  expect(await states()).toEqual({ InService: 4 });
  await resume('Launch', 'Terminate');
  expect(await states()).toEqual({ InService: 2, Terminating: 2 });
  await expect(suspend('Lunch')).rejects.toMatchObject({ name: 'ValidationError' });
  await close();
});

test('protected instances stay, while the desired capacity falls', async () => {
  const { set, states, group, activities, close } = await opened({ faults: [fault('scale-in-protected', 600)] });
  await set(2);
  expect(await states()).toEqual({ InService: 4 });
  expect((await group()).DesiredCapacity).toBe(2);
  expect((await group()).Instances!.every(({ ProtectedFromScaleIn }) => ProtectedFromScaleIn)).toBe(true);
  expect((await activities())[0]!.StatusMessage).toContain('protected from scale-in');
  await close();
});

test('a single instance can be protected, and outlives the others', async () => {
  const { autoScaling, group, set, twin, close } = await opened();
  const InstanceIds = [(await group()).Instances![0]!.InstanceId!];
  await autoScaling.send(
    new SetInstanceProtectionCommand({ AutoScalingGroupName: name, InstanceIds, ProtectedFromScaleIn: true }),
  );
  await set(1);
  twin.advance(60);
  expect((await group()).Instances!.map((one) => one.InstanceId)).toEqual(InstanceIds);
  await close();
});

test('somebody else may set the capacity', async () => {
  const { twin, group, close } = await opened({ faults: [{ ...fault('foreign-desired', 0, 9), atSeconds: 120 }] });
  twin.advance(110);
  expect((await group()).DesiredCapacity).toBe(4);
  twin.advance(10);
  expect((await group()).DesiredCapacity).toBe(9);
  await close();
});

describe('the policy to hand back to', () => {
  const busy = { workload: constant(40, 14_400), initialVms: [6] };

  test('rests while alarms are suspended', async () => {
    const { twin, group, close } = await opened(busy);
    twin.advance(1800);
    expect((await group()).DesiredCapacity).toBe(6);
    await close();
  });

  test('drives the group once they are resumed: up within minutes, down after a quarter of an hour', async () => {
    const { twin, group, resume, set, close } = await opened(busy);
    twin.advance(600);
    await resume('AlarmNotification');
    twin.advance(240);
    const grown = (await group()).DesiredCapacity!;
    expect(grown).toBeGreaterThan(8);
    await set(40);
    twin.advance(900);
    expect((await group()).DesiredCapacity).toBe(40);
    twin.advance(1800);
    const steady = (await group()).DesiredCapacity!;
    expect(steady).toBeGreaterThanOrEqual(10);
    expect(steady).toBeLessThan(20);
    await close();
  });
});

describe('what describes', () => {
  test('joins its pages to the whole, and refuses a token that it never gave', async () => {
    const { autoScaling, set, twin, close } = await opened();
    for (const desired of [8, 5, 9, 3]) {
      await set(desired);
      twin.advance(60);
    }
    const page = (input: object) =>
      autoScaling.send(new DescribeScalingActivitiesCommand({ AutoScalingGroupName: name, ...input }));
    const whole = (await page({})).Activities!;
    const joined = [];
    let NextToken: string | undefined;
    do {
      const answer = await page({ MaxRecords: 4, NextToken });
      expect(answer.Activities!.length).toBeLessThanOrEqual(4);
      joined.push(...answer.Activities!);
      ({ NextToken } = answer);
    } while (NextToken !== undefined);
    expect(whole.length).toBeGreaterThan(8);
    expect(joined).toEqual(whole);
    await expect(page({ NextToken: 'made-up' })).rejects.toMatchObject({ name: 'InvalidNextToken' });
    await close();
  });

  test('says so where it would have to leave something out', async () => {
    const { autoScaling, close } = await opened();
    const Filters = [{ Name: 'tag-key', Values: ['spillway-stop'] }];
    await expect(autoScaling.send(new DescribeAutoScalingGroupsCommand({ Filters }))).rejects.toMatchObject({
      name: 'ValidationError',
    });
    await close();
  });

  test('knows the policy to hand back to, resting, and no schedule', async () => {
    const { autoScaling, group, close } = await opened();
    const { ScalingPolicies } = await autoScaling.send(new DescribePoliciesCommand({ AutoScalingGroupName: name }));
    expect(ScalingPolicies).toMatchObject([
      { PolicyName: `${name}-tracking`, PolicyType: 'TargetTrackingScaling', Enabled: true },
    ]);
    expect((await group()).SuspendedProcesses!.map(({ ProcessName }) => ProcessName)).toEqual(['AlarmNotification']);
    expect((await autoScaling.send(new DescribeScheduledActionsCommand({}))).ScheduledUpdateGroupActions).toEqual([]);
    await close();
  });

  test('shows tags, with whatever they say', async () => {
    const { autoScaling, group, close } = await opened();
    const tag = { ResourceId: name, ResourceType: 'auto-scaling-group', Key: 'spillway-stop', Value: `<&"'> é` };
    await autoScaling.send(new CreateOrUpdateTagsCommand({ Tags: [{ ...tag, PropagateAtLaunch: false }] }));
    expect((await group()).Tags).toContainEqual({ ...tag, PropagateAtLaunch: false });
    await autoScaling.send(new DeleteTagsCommand({ Tags: [tag] }));
    expect((await group()).Tags?.map(({ Key }) => Key)).toEqual(['spillway']);
    await close();
  });
});
