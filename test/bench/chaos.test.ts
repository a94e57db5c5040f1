import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runChaos } from '../../bench/chaos-run.ts';
import { drawFaults, type Fault, faultKinds } from '../../bench/faults.ts';
import { FaultyEnvironment } from '../../bench/faulty-environment.ts';
import { WatchedEnvironment } from '../../bench/watched-environment.ts';
import { defaultPrices } from '../../env/prices.ts';
import { readProfile } from '../../env/profile.ts';
import { Random } from '../../env/random.ts';
import { parseGenerator } from '../../env/workload/reference.ts';
import { actionOf, FakeEnvironment, profile as tiny } from '../controller/fakes.ts';

const profile = await readProfile('examples/image-classifier.yaml');
const workload = parseGenerator('diurnal:mean=80,hours=2,noise=0.2,seed=3');
const ticks = 60;
const fault = fc.record({
  kind: fc.constantFrom(...faultKinds),
  from: fc.integer({ min: 0, max: ticks - 1 }),
  ticks: fc.integer({ min: 1, max: 20 }),
});

test('whatever fails, and when: never above the dollars, never below the minimum, no cut on stale data, no lost line, and well again soon', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fault, { maxLength: 5 }), fc.integer({ min: 1, max: 1000 }), async (faults, seed) => {
      const { breaches } = await runChaos({ profile, workload, seed, ticks, faults });
      expect(breaches).toEqual([]);
    }),
    { numRuns: 15 },
  );
});

test('faults are drawn from the seed', () => {
  expect(drawFaults(Random.seeded(3, 'chaos'), 500)).toEqual(drawFaults(Random.seeded(3, 'chaos'), 500));
  expect(drawFaults(Random.seeded(3, 'chaos'), 5000).length).toBeGreaterThan(50);
});

describe('a fault', () => {
  const during = (kind: Fault['kind'], inner = new FakeEnvironment()) =>
    new FaultyEnvironment(inner, tiny, defaultPrices, [{ kind, from: 1, ticks: 2 }]);
  const seenAfter = async (kind: Fault['kind']) => {
    const environment = during(kind);
    await environment.observe();
    await environment.step(actionOf(3, 1));
    return environment.observe();
  };

  test('of the metrics is seen as told', async () => {
    expect((await seenAfter('metrics-vanish')).arrivals).toBeNull();
    expect((await seenAfter('queue-vanishes')).queueLength).toEqual([null, null]);
    expect((await seenAfter('metrics-jump')).arrivals!.value).toEqual([1000, 2000, 3000]);
    expect((await seenAfter('metrics-zero')).arrivals!.value).toEqual([0, 0, 0]);
    expect((await seenAfter('metrics-freeze')).arrivals!.ageSeconds).toBe(120);
  });

  test('of the machines lets launches hang, or not happen at all, and hanging ones cost', async () => {
    const inner = new FakeEnvironment();
    const environment = during('boots-hang', inner);
    await environment.step(actionOf(3, 1));
    const { usd } = await environment.step(actionOf(7, 1));
    expect(inner.actions[1]!.vmCounts).toEqual([3, 1]);
    expect((await environment.observe()).pools[0]).toEqual({ ready: 2, booting: 5 });
    expect(usd.vm - 0.5).toBeCloseTo((4 * 0.085) / 60);
    const failing = new FakeEnvironment();
    const without = during('launches-fail', failing);
    await without.step(actionOf(3, 1));
    await without.step(actionOf(7, 1));
    expect(failing.actions[1]!.vmCounts).toEqual([3, 1]);
    expect((await without.observe()).pools[0]).toEqual({ ready: 2, booting: 1 });
  });

  test('of a call comes after it was carried out', async () => {
    const inner = new FakeEnvironment();
    const environment = during('step-lost', inner);
    await environment.step(actionOf(3, 1));
    await expect(environment.step(actionOf(4, 1))).rejects.toThrow('nobody knows');
    expect(inner.actions).toHaveLength(2);
  });
});

test('who watches notes what is too dear, too few, and cut in the dark', async () => {
  const inner = new FakeEnvironment();
  inner.see = () => ({ arrivals: null });
  const watched = new WatchedEnvironment(inner, {
    ...{ profile: tiny, usdPerHour: [1, 1], capUsdPerHour: 5, freshSeconds: 180 },
  });
  await watched.observe();
  await watched.step(actionOf(3, 1));
  await watched.step(actionOf(0, 3));
  await watched.step(actionOf(6, 1));
  expect(watched.breaches).toEqual([
    'decision 1: 0+3 VMs are outside of the profile',
    'decision 1: VMs were taken away on metrics that are stale or absent',
    'decision 2: $7 per hour is above the cap of $5',
  ]);
});
