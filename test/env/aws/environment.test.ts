import { ModifyRuleCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, test } from 'vitest';
import { quantileMs } from '../../../env/histogram.ts';
import { addOutcomes, emptyOutcome, totalRequests, totalUsd } from '../../../env/outcome.ts';
import { OutcomeUnknown } from '../../../env/outcome-unknown.ts';
import type { Action, Outcome } from '../../../env/types.ts';
import { constant } from '../twin/open.ts';
import { liveOn, play } from './on-twin.ts';

const action: Action = {
  variant: 1,
  vmCounts: [5],
  lambdaMemoryMb: 1769,
  spillover: { maxWaitMs: [0, 0], lambdaShare: 0.25 },
};

type Live = Awaited<ReturnType<typeof liveOn>>;

/** Inception v3, a quarter of the traffic to its function. */
async function split({ clients, deployment }: Live): Promise<void> {
  const groups = [
    { TargetGroupArn: deployment.pools[0]!.targetGroups[1]!, Weight: 75 },
    { TargetGroupArn: deployment.functions[1]!.targetGroup!, Weight: 25 },
  ];
  const Actions = [{ Type: 'forward' as const, ForwardConfig: { TargetGroups: groups } }];
  await clients.loadBalancing.send(new ModifyRuleCommand({ RuleArn: deployment.rule!, Actions }));
}

/** Rises by the minute, so that each minute can be told from the next. */
function rising(seconds: number) {
  const workload = constant(0, seconds);
  for (let second = 0; second < seconds; second++) workload.requests[second] = 10 + 2 * Math.floor(second / 60);
  return workload;
}

describe('on a twin of AWS, behind a load balancer', () => {
  test('what is observed is what the simulator did, as late as CloudWatch is', async () => {
    const live = await liveOn('weighted-classifier', { workload: rising(3600), initialVms: [5] });
    await split(live);
    const done: Outcome[] = [];
    for (let minute = 0; minute < 15; minute++) {
      done.push(live.twin.world.total);
      const seen = await live.environment.observe();
      await live.environment.step(action).catch(() => null);
      live.twin.advance(60);
      if (minute < 4) continue;
      const [before, after] = [done[minute - 3]!, done[minute - 2]!];
      const requests = totalRequests(after) - totalRequests(before);
      expect(seen.arrivals).toEqual({ value: [requests / 60], ageSeconds: 120 });
      expect(seen.spilledPerSecond!.value).toBeCloseTo((after.spilled - before.spilled) / 60, 6);
      const latency = after.latency.map((count, bin) => count - before.latency[bin]!);
      expect(Math.abs(Math.log(seen.latencyMs.p95!.value / quantileMs(latency, 0.95)!))).toBeLessThan(0.2);
      const busy = (after.busySlotSeconds[0]! - before.busySlotSeconds[0]!) / 300;
      expect(Math.abs(seen.utilization[0]!.value - busy)).toBeLessThan(0.05);
      expect(seen.accuracy!.value).toBeCloseTo(0.779, 9);
      for (const queue of seen.queueLength) expect(queue!.value).toBeGreaterThanOrEqual(0);
    }
    await live.end();
  });

  test('outcomes add to what the simulator did, each minute told once and nothing twice', async () => {
    const live = await liveOn('weighted-classifier', { workload: rising(3600), initialVms: [5] });
    await split(live);
    let sum = emptyOutcome(live.profile);
    const totals: Outcome[] = [];
    for (let minute = 0; minute < 20; minute++) {
      totals.push(live.twin.world.total);
      await live.environment.observe();
      if (minute % 3 === 0) {
        sum = addOutcomes(sum, await live.environment.step(action).catch(() => emptyOutcome(live.profile)));
      }
      live.twin.advance(60);
    }
    const truth = totals[15]!;
    expect(sum.seconds).toBe(900);
    expect(totalRequests(sum)).toBeCloseTo(totalRequests(truth), 6);
    expect(sum.spilled).toBe(truth.spilled);
    expect(sum.vmSeconds).toEqual(truth.vmSeconds);
    expect(sum.usd.vm).toBeCloseTo(truth.usd.vm, 9);
    expect(Math.abs(totalUsd(sum) / totalUsd(truth) - 1)).toBeLessThan(0.03);
    expect(Math.abs(sum.accuracySum / truth.accuracySum - 1)).toBeLessThan(0.001);
    const inTime = (one: Outcome) => one.classes.reduce((all, each) => all + each.inTime, 0);
    expect(Math.abs(inTime(sum) / inTime(truth) - 1)).toBeLessThan(0.02);
    expect(sum.coldStarts).toBeGreaterThan(0);
    await live.end();
  });

  test('before a minute is final its outcome is unknown', async () => {
    const live = await liveOn('weighted-classifier');
    await live.environment.observe();
    await expect(live.environment.step(action)).rejects.toBeInstanceOf(OutcomeUnknown);
    await live.end();
  });

  test('without a healthy VM there is demand all the same', async () => {
    const live = await liveOn('weighted-classifier', { initialVms: [0], workload: constant(20, 3600) });
    live.twin.advance(300);
    const { arrivals, utilization, pools } = await live.environment.observe();
    expect(pools[0]!.ready).toBe(0);
    expect(arrivals!.value[0]).toBeGreaterThan(15);
    expect(utilization).toEqual([null]);
    await live.end();
  });

  test('without traffic the arrivals are 0, and with neither traffic nor metrics they are absent', async () => {
    const workload = constant(20, 3600);
    workload.requests.fill(0, 120);
    const live = await liveOn('weighted-classifier', { workload });
    live.twin.advance(480);
    const idle = await live.environment.observe();
    expect(idle.arrivals).toEqual({ value: [0], ageSeconds: 120 });
    expect(idle.spilledPerSecond?.value).toBe(0);
    expect(idle.queueLength.map((one) => one?.value)).toEqual([0, 0]);
    expect(idle.latencyMs.p95).toBeNull();
    live.twin.inject(fault('metrics-vanish', 600));
    live.twin.advance(600);
    expect((await live.environment.observe()).arrivals).toBeNull();
    await live.end();
  });
});

type Kind = Parameters<Live['twin']['inject']>[0]['kind'];

function fault(kind: Kind, forSeconds: number, more: object = {}) {
  const none = { service: null, operation: null, resource: null };
  return { kind, atSeconds: 480, forSeconds, ...none, strength: 1, ...more };
}

describe('when AWS misbehaves, nothing throws and nothing that is not known is zero', () => {
  const calls = ['throttle', 'deny', 'expired-token', 'lost-answer', 'empty-body', 'html-503', 'reset'] as const;

  test.each([...calls, 'partial-data', 'hang'] as const)('%s of every call', async (kind) => {
    const live = await liveOn(
      'weighted-classifier',
      { workload: constant(10, 900) },
      { callDeadlineMs: kind === 'hang' ? 250 : 1000 },
    );
    live.twin.advance(360);
    await play(live, action, 2);
    live.twin.inject(fault(kind, 60));
    const hit = await live.environment.observe();
    expect(hit.arrivals).toBeNull();
    expect(hit.spilledPerSecond).toBeNull();
    const { ready, booting, hindrances = [] } = hit.pools[0]!;
    expect(ready + booting).toBeGreaterThanOrEqual(2);
    if (kind !== 'partial-data') {
      const expected = { kind: kind === 'deny' ? 'access-denied' : 'unread', forbids: 'change' };
      expect(hindrances).toContainEqual(expect.objectContaining(expected));
      expect(live.environment.readings.faults.length).toBeGreaterThan(0);
      expect(live.environment.readings.said.length).toBeGreaterThan(0);
    }
    await live.environment.step({ ...action, vmCounts: [50] }).catch(() => null);
    live.twin.advance(60);
    const { seen } = (await play(live, action, 1))[0]!;
    expect(seen.arrivals!.value[0]).toBeGreaterThan(6);
    expect(seen.pools[0]!.hindrances).toBeUndefined();
    await live.end();
  });

  test.each([null, 'RequestCount', 'TargetResponseTime', 'GroupInServiceInstances', 'HealthyHostCount'])(
    'vanished metrics: %s',
    async (resource) => {
      const live = await liveOn('weighted-classifier', { workload: constant(12, 1200) });
      live.twin.advance(360);
      live.twin.inject(fault('metrics-vanish', 300, { resource }));
      for (const { seen } of await play(live, action, 10)) {
        if (seen.arrivals !== null) expect(seen.arrivals.value[0]).toBeGreaterThan(6);
        expect(seen.attainment[0]?.value ?? 1).toBeGreaterThan(0.5);
      }
      await live.end();
    },
  );

  test('frozen metrics are absent, then late: their delay is learned', async () => {
    const live = await liveOn('weighted-classifier');
    live.twin.advance(360);
    live.twin.inject(fault('metrics-freeze', 240, { resource: 'RequestCount' }));
    for (const { seen } of await play(live, action, 12)) {
      if (seen.arrivals !== null) expect(seen.arrivals.value[0]).toBeGreaterThan(10);
    }
    expect(live.environment.readings.lateness.learnedDelaySeconds).toBeGreaterThan(100);
    await live.end();
  });

  test('a clock that is minutes off makes every metric absent; one that is less so is told', async () => {
    const live = await liveOn('weighted-classifier');
    live.twin.advance(480);
    live.twin.inject(fault('clock-skew', 60, { strength: 60 }));
    expect((await live.environment.observe()).arrivals).not.toBeNull();
    expect(live.environment.readings.said.join()).toMatch(/60 s apart/);
    live.twin.advance(60);
    live.twin.inject(fault('clock-skew', 60, { atSeconds: 540, strength: -600 }));
    expect((await live.environment.observe()).arrivals).toBeNull();
    expect(live.environment.readings.skewSeconds).toBe(-600);
    await live.end();
  });
});

test('a clock that was hours ahead and is set back: time never goes back, and outcomes are told again at once', async () => {
  let aheadMs = 0;
  const clock: { now: () => Date } = { now: () => new Date(0) };
  const now = () => new Date(clock.now().getTime() + aheadMs);
  const live = await liveOn('weighted-classifier', {}, { now, machineNow: now });
  clock.now = () => new Date(live.twin.nowMs());
  const before = await play(live, action, 8);
  aheadMs = 10 * 3_600_000;
  const ahead = await play(live, action, 3);
  aheadMs = 0;
  const after = await play(live, action, 8);
  const times = [...before, ...ahead, ...after].map(({ seen }) => seen.timeSeconds);
  expect(times).toEqual([...times].sort((one, other) => one - other));
  expect(ahead.map(({ told }) => told)).toEqual([null, null, null]);
  expect(after.slice(4).map(({ told }) => told?.seconds)).toEqual([60, 60, 60, 60]);
  await live.end();
});

describe('what stands in the way of a pool', () => {
  const hindrancesOf = async (live: Live) => (await live.environment.observe()).pools[0]!.hindrances ?? [];

  test('launches that fail are told, block for minutes, and do not count as coming', async () => {
    const live = await liveOn('weighted-classifier', { initialVms: [3] });
    live.twin.inject(fault('capacity-failure', 600, { atSeconds: 0 }));
    await play(live, { ...action, vmCounts: [9] }, 1);
    const seen = await live.environment.observe();
    expect(seen.pools[0]).toMatchObject({ ready: 3, booting: 0, asked: 9 });
    const [hindrance] = seen.pools[0]!.hindrances!;
    expect(hindrance).toMatchObject({ kind: 'capacity-failure', forbids: 'launch' });
    expect(hindrance!.said).toBe('The launches of cpu fail (InsufficientInstanceCapacity)');
    await play(live, { ...action, vmCounts: [3] }, 5);
    expect((await live.environment.observe()).pools).toEqual([{ ready: 3, booting: 0 }]);
    await live.end();
  });

  test('another writer is left alone for five readings, then its count is the one to begin from', async () => {
    const live = await liveOn('weighted-classifier', { initialVms: [5] });
    await play(live, { ...action, vmCounts: [6] }, 2);
    live.twin.inject(fault('foreign-desired', 0, { atSeconds: 120, strength: 9 }));
    live.actuator.apply = async (wanted) => ({ inForce: wanted, hindrances: [[]], said: [], isUnknown: false });
    const kinds = (await play(live, action, 8)).map(({ seen }) => seen.pools[0]!.hindrances?.[0]?.kind ?? null);
    expect(kinds).toEqual([null, ...Array(6).fill('foreign-write'), null]);
    await live.end();
  });

  test.each([
    ['launch-suspended', 'launch'],
    ['terminate-suspended', 'cut'],
    ['scale-in-protected', 'cut'],
  ] as const)('%s forbids a %s', async (kind, forbids) => {
    const live = await liveOn('weighted-classifier', { initialVms: [5] });
    live.twin.advance(480);
    live.twin.inject(fault(kind, 60));
    expect(await hindrancesOf(live)).toMatchObject([{ kind, forbids }]);
    live.twin.advance(60);
    expect(await hindrancesOf(live)).toEqual([]);
    await live.end();
  });

  test('VMs that never become healthy go on booting', async () => {
    const live = await liveOn('weighted-classifier', { initialVms: [3] });
    live.twin.inject(fault('never-healthy', 3600, { atSeconds: 0 }));
    const played = await play(live, { ...action, vmCounts: [6] }, 15);
    expect(played.at(-1)!.seen.pools[0]).toMatchObject({ ready: 3, booting: 3 });
    await live.end();
  });
});
