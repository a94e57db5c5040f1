import { describe, expect, test } from 'vitest';
import { quantileMs } from '../../../env/histogram.ts';
import { action, counts, meanLatencySeconds, poisson, service, simulate, withClasses } from './small-service.ts';

const strict = { name: 'strict', share: 0.5, deadlineMs: 500 };
const relaxed = { name: 'relaxed', share: 0.5, deadlineMs: 2000 };
const steady = { serviceCv: 0 };

describe('classes', () => {
  test('are served strictest first: an overload of the other leaves the strict one alone', async () => {
    const profile = { ...withClasses(strict, relaxed), ...steady, clientTimeoutMs: 20_000 };
    const { total } = await simulate({
      profile,
      workload: poisson(120, 600),
      actions: [action(10, null)],
      intervals: 10,
    });
    const [first, second] = total.classes;
    expect(first!.late + first!.lost).toBe(0);
    expect(first!.inTime).toBeGreaterThan(35_000);
    expect(second!.lost).toBeGreaterThan(0.2 * second!.requests);
    expect(total.busySlotSeconds[0]).toBeGreaterThan(0.999 * total.readySlotSeconds[0]!);
  });

  test('split the arrivals by their shares, within four standard deviations', async () => {
    const profile = withClasses({ ...strict, share: 0.2 }, { ...relaxed, share: 0.8 });
    const { total } = await simulate({
      profile,
      workload: poisson(100, 600),
      actions: [action(20, null)],
      intervals: 10,
    });
    const requests = total.classes[0]!.requests + total.classes[1]!.requests;
    expect(Math.abs(total.classes[0]!.requests - 0.2 * requests)).toBeLessThan(4 * Math.sqrt(requests * 0.16));
  });

  test('are spilled by the wait that each allows', async () => {
    const profile = withClasses(strict, relaxed);
    const actions = [action(10, [0, null])];
    const { total } = await simulate({ profile, workload: poisson(130, 600), actions, intervals: 10 });
    expect(total.spilled).toBeGreaterThan(0);
    expect(total.spilled).toBeLessThanOrEqual(total.classes[0]!.requests);
    const without = await simulate({
      profile,
      workload: poisson(130, 600),
      actions: [action(10, null)],
      intervals: 10,
    });
    expect(without.total.spilled).toBe(0);
  });
});

describe('a wait', () => {
  test('that is allowed is hardly exceeded: service is constant, so the line says how long it is', async () => {
    const profile = { ...service, ...steady };
    const { total } = await simulate({
      profile,
      workload: poisson(100, 600),
      actions: [action(9, 400)],
      intervals: 10,
    });
    expect(total.spilled).toBeGreaterThan(0);
    expect(quantileMs(total.latency, 1)).toBeLessThan(1.035 * 1200); // a cold start at the most, and a bin of the histogram
    const onVms = await simulate({ profile, workload: poisson(80, 600), actions: [action(9, 400)], intervals: 10 });
    expect(quantileMs(onVms.total.latency, 0.9)).toBeLessThan(1.035 * 500);
  });

  test('makes late who is answered after the deadline, and only those', async () => {
    // 30 requests in the first second, one server of 100 ms: the n-th waits until the n - 1 before it are done.
    const profile = { ...withClasses({ ...strict, share: 1 }), ...steady };
    const { total } = await simulate({
      profile,
      workload: counts([30]),
      actions: [action(1, null)],
      intervals: 1,
    });
    expect(total.classes[0]!.late).toBeGreaterThan(15);
    expect(total.classes[0]!.inTime).toBeGreaterThan(4);
    expect(total.classes[0]!.inTime + total.classes[0]!.late).toBe(30);
    expect(meanLatencySeconds(total)).toBeGreaterThan(0.85);
  });

  test('of more than the patience of the client loses the request, also where nothing ever serves', async () => {
    const profile = { ...service, clientTimeoutMs: 5000 };
    const { total, observations } = await simulate({
      profile,
      workload: poisson(10, 60),
      actions: [action(0, null)],
      intervals: 2,
    });
    expect(total.classes[0]!.lost).toBe(total.classes[0]!.requests);
    expect(observations[0]!.queueLength[0]!.value).toBeLessThan(100);
    expect(observations[1]!.queueLength[0]!.value).toBe(0);
  });
});

describe('slots', () => {
  test('are tried pool by pool in the order of the profile', async () => {
    const [pool] = service.pools;
    const profile = { ...service, pools: [pool!, { ...pool!, name: 'second', instanceType: 'large' }] };
    const light = await simulate({ profile, workload: poisson(5, 600), actions: [action([20, 5], 0)], intervals: 10 });
    expect(light.total.busySlotSeconds[1]).toBe(0);
    const heavy = await simulate({
      profile,
      workload: poisson(230, 600),
      actions: [action([20, 5], 0)],
      intervals: 10,
    });
    expect(heavy.total.busySlotSeconds[1]! / heavy.total.readySlotSeconds[1]!).toBeGreaterThan(0.5);
    expect(heavy.total.busySlotSeconds[0]! / heavy.total.readySlotSeconds[0]!).toBeGreaterThan(0.85);
  });

  test('of a pool that the variant does not run on stay idle, and finish what they have begun', async () => {
    const [pool] = service.pools;
    const variants = [service.variants[0]!, { name: 'large', accuracy: 0.9 }];
    const lambda = { ...service.lambda, serviceMs: [[200], [200]], coldStartMs: [[1000], [1000]] };
    const profile = { ...service, variants, lambda, pools: [{ ...pool!, serviceMs: [100, null] }] };
    const actions = [action(10, 0), { ...action(10, 0), variant: 1 }];
    const { outcomes } = await simulate({ profile, workload: poisson(50, 120), actions, intervals: 2 });
    expect(outcomes[1]!.busySlotSeconds[0]).toBe(0);
    expect(outcomes[1]!.spilled).toBe(outcomes[1]!.classes[0]!.requests);
    expect(outcomes[1]!.accuracySum).toBeCloseTo(0.9 * outcomes[1]!.classes[0]!.requests, 6);
  });
});
