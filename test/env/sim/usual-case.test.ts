import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ServiceProfile } from '../../../env/types.ts';
import { action, counts, poisson, simulate, withClasses } from './small-service.ts';

/** Never felt, but there: a service is then not known to be at full speed, and each request takes the way of all cases. */
const imperceptible = 1e-300;

function contended(profile: ServiceProfile): ServiceProfile {
  return { ...profile, pools: profile.pools.map((pool) => ({ ...pool, contention: imperceptible })) };
}

const twoClasses = withClasses(
  { name: 'strict', share: 0.4, deadlineMs: 300 },
  { name: 'relaxed', share: 0.6, deadlineMs: 1000 },
);

const cases = fc.record({
  perSecond: fc.integer({ min: 1, max: 120 }),
  vms: fc.array(fc.integer({ min: 0, max: 14 }), { minLength: 1, maxLength: 3 }),
  waits: fc.tuple(fc.constantFrom(0, 100, 500, null), fc.constantFrom(0, 500, 2000, null)),
  clientTimeoutMs: fc.constantFrom(800, 60_000),
  queueLimit: fc.constantFrom(null, 3, 40),
  seed: fc.integer({ min: 1, max: 1e6 }),
});

test('what is usual goes a short way of its own, and ends in the same bytes', async () => {
  await fc.assert(
    fc.asyncProperty(cases, async ({ perSecond, vms, waits, clientTimeoutMs, queueLimit, seed }) => {
      const profile = { ...twoClasses, clientTimeoutMs, queueLimit };
      const actions = vms.map((count) => action(count, waits));
      const options = { workload: poisson(perSecond, 180), actions, intervals: 3, seed };
      const short = await simulate({ ...options, profile });
      const long = await simulate({ ...options, profile: contended(profile) });
      expect(short).toEqual(long);
    }),
    { numRuns: 20 },
  );
});

test('a second that brings more than any before finds room, and loses nobody', async () => {
  const workload = counts([0, 3, 5000, 0, 12_000, 1]);
  const options = { workload, actions: [action(400, null)], intervals: 2 };
  const short = await simulate({ ...options, profile: twoClasses });
  expect(short).toEqual(await simulate({ ...options, profile: contended(twoClasses) }));
  const answered = short.total.classes.reduce((sum, { inTime, late }) => sum + inTime + late, 0);
  expect(answered).toBe(17_004);
});
