import { describe, expect, test } from 'vitest';
import type { ServiceProfile } from '../../../env/types.ts';
import { action, counts, meanLatencySeconds, poisson, service, simulate } from './small-service.ts';

const steady: ServiceProfile = { ...service, serviceCv: 0 };

/** So many requests in the first second, one server of 100 ms. */
function burst(profile: ServiceProfile, requests: number, maxWaitMs: number | null) {
  return simulate({ profile, workload: counts([requests]), actions: [action(1, maxWaitMs)], intervals: 1 });
}

describe('a queue limit', () => {
  test('refuses who comes when so many wait, and loses them at once', async () => {
    const { total } = await burst({ ...steady, queueLimit: 3 }, 200, null);
    const [one] = total.classes;
    expect(one!.lost).toBeGreaterThan(180);
    expect(one!.inTime + one!.late).toBe(200 - one!.lost);
    expect(total.spilled).toBe(0);
    expect(meanLatencySeconds(total)).toBeLessThan(0.41);
  });

  test('sends them to Lambda where the class may spill', async () => {
    const { total } = await burst({ ...steady, queueLimit: 3 }, 200, 1e6);
    expect(total.spilled).toBeGreaterThan(180);
    expect(total.classes[0]!.lost).toBe(0);
  });

  test('of 0 is a service without a waiting room, and none is one without an end', async () => {
    const none = await burst({ ...steady, queueLimit: 0 }, 50, null);
    expect(none.total.classes[0]!.inTime).toBeLessThan(12);
    const endless = await burst(steady, 50, null);
    expect(endless.total.classes[0]!.lost).toBe(0);
  });

  test('holds for the router weights, which never spills by the queue', async () => {
    const profile: ServiceProfile = { ...steady, router: 'weights', queueLimit: 5 };
    const { total } = await simulate({ profile, workload: poisson(30, 60), actions: [action(1, 0)], intervals: 1 });
    expect(total.spilled).toBe(0);
    expect(total.classes[0]!.lost / total.classes[0]!.requests).toBeGreaterThan(0.6);
  });
});

describe('contention', () => {
  const [pool] = service.pools;
  const contended: ServiceProfile = { ...steady, pools: [{ ...pool!, contention: 0.1 }] };

  test('costs nothing where nobody waits', async () => {
    const options = { workload: poisson(20, 60), actions: [action(10, null)], intervals: 1 };
    const with_ = await simulate({ profile: contended, ...options });
    const without = await simulate({ profile: steady, ...options });
    expect(with_.total).toEqual(without.total);
  });

  test('doubles the service at the most, so an overload halves what is answered', async () => {
    const options = { workload: poisson(300, 120), actions: [action(10, null)], intervals: 2 };
    const slow = await simulate({ profile: contended, ...options });
    const answered = slow.outcomes[1]!.classes[0]!.inTime + slow.outcomes[1]!.classes[0]!.late;
    expect(answered / 60).toBeGreaterThan(49);
    expect(answered / 60).toBeLessThan(51);
  });
});
