import { expect, test } from 'vitest';
import type { Fault } from '../../../../env/twin/faults/fault.ts';
import { FaultSchedule } from '../../../../env/twin/faults/schedule.ts';

const fault = (part: Partial<Fault> & Pick<Fault, 'kind'>): Fault => ({
  ...{ atSeconds: 100, forSeconds: 50, service: null, operation: null, resource: null, strength: 1 },
  ...part,
});

function scheduleOf(...faults: Fault[]) {
  const time = { seconds: 0 };
  return { time, schedule: new FaultSchedule(faults, () => time.seconds) };
}

test('a fault acts from its beginning until just before its end', () => {
  const { time, schedule } = scheduleOf(fault({ kind: 'never-healthy' }));
  const acts = (seconds: number) => {
    time.seconds = seconds;
    return schedule.active('never-healthy', 'cpu') !== null;
  };
  expect([99.9, 100, 149.9, 150].map(acts)).toEqual([false, true, true, false]);
  expect(schedule.active('never-healthy', 'cpu', 120), 'at another time').not.toBeNull();
});

test('a fault with a resource leaves the others alone', () => {
  const { time, schedule } = scheduleOf(fault({ kind: 'metrics-freeze', resource: 'RequestCount' }));
  time.seconds = 120;
  expect(schedule.active('metrics-freeze', 'RequestCount')).not.toBeNull();
  expect(schedule.active('metrics-freeze', 'Duration')).toBeNull();
});

test('calls are hit by service and operation', () => {
  const { time, schedule } = scheduleOf(fault({ kind: 'throttle', service: 'lambda', operation: 'GetAlias' }));
  time.seconds = 120;
  expect(schedule.ofCall('lambda', 'GetAlias')?.kind).toBe('throttle');
  expect(schedule.ofCall('lambda', 'UpdateAlias')).toBeNull();
  expect(schedule.ofCall('autoscaling', 'GetAlias')).toBeNull();
});

test('a strength below 1 hits that share of the calls and launches, the same ones for the same seed', () => {
  const hits = () => {
    const { time, schedule } = scheduleOf(
      fault({ kind: 'reset', strength: 0.25 }),
      fault({ kind: 'capacity-failure', strength: 0.5 }),
    );
    time.seconds = 120;
    const calls = Array.from({ length: 4000 }, () => schedule.ofCall('sts', 'GetCallerIdentity') !== null);
    const launches = Array.from({ length: 4000 }, () => schedule.hits('capacity-failure', 'cpu'));
    return { calls, launches };
  };
  const share = (all: readonly boolean[]) => all.filter(Boolean).length / all.length;
  expect(share(hits().calls)).toBeCloseTo(0.25, 1);
  expect(share(hits().launches)).toBeCloseTo(0.5, 1);
  expect(hits()).toEqual(hits());
});

test('what happens once happens once, in order, also where its time passed unseen', () => {
  const { time, schedule } = scheduleOf(
    fault({ kind: 'foreign-desired', atSeconds: 30, strength: 3 }),
    fault({ kind: 'foreign-desired', atSeconds: 20, strength: 2 }),
    fault({ kind: 'alias-moved', atSeconds: 10 }),
  );
  expect(schedule.due('foreign-desired')).toEqual([]);
  time.seconds = 1000;
  expect(schedule.due('foreign-desired').map(({ strength }) => strength)).toEqual([2, 3]);
  expect(schedule.due('foreign-desired')).toEqual([]);
  schedule.add(fault({ kind: 'foreign-desired', atSeconds: 1000, strength: 4 }));
  expect(schedule.due('foreign-desired').map(({ strength }) => strength)).toEqual([4]);
});
