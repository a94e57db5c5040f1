import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fluidError, isWithin, measureError } from './fluid-error.ts';
import { randomCases } from './random-service.ts';
import { regimes } from './regimes.ts';
import { action, poisson, service, simulate, withClasses } from './small-service.ts';

function regime(name: string) {
  return regimes.find((one) => one.name.startsWith(name))!;
}

/** docs/simulator.md has these regimes one by one, and says why some have bounds of their own. */
describe('the fluid', () => {
  test.each([
    ['usual', 12],
    ['large', 3],
    ['small', 8],
    ['enough VMs', 8],
    ['router weights', 6],
    ['provisioned', 5],
    ['too few VMs', 5],
    ['the strict may not wait', 5],
    ['the strict may wait longer', 4],
    ['miss budget', 5],
    ['accuracy budget, waits to 100 ms', 4],
  ])(
    'is within its bounds of the mean of the request level in every case: %s',
    async (name, numRuns) => {
      const { cases, within } = regime(name);
      await fc.assert(
        fc.asyncProperty(randomCases(cases), async (one) => {
          const measured = await measureError(one, within);
          expect(isWithin(measured, within), JSON.stringify(measured)).toBe(true);
        }),
        { numRuns },
      );
    },
    120_000,
  );

  test.each([
    ['no waiting room', 0.9, 0],
    ['no waiting room, overload', 1.3, 0],
    ['a short line', 0.95, 50],
    ['a short line, overload', 1.1, 50],
    ['a long line', 0.95, 400],
    ['a long line, overload', 1.2, 400],
  ])('spills as the request level does: %s', async (_, load, maxWaitMs) => {
    for (const vms of [2, 10, 50]) {
      const off = await fluidError({
        workload: poisson(load * vms * 10, 3600),
        actions: [action(vms, maxWaitMs)],
        intervals: 60,
      });
      expect(Math.abs(off.spilled)).toBeLessThan(vms > 2 ? 0.02 : 0.03);
    }
  });

  test('lets the strict class go first as the request level does', async () => {
    const profile = withClasses(
      { name: 'strict', share: 0.5, deadlineMs: 300 },
      { name: 'relaxed', share: 0.5, deadlineMs: 2000 },
    );
    for (const waits of [
      [0, 1000],
      [100, 100],
      [200, 1000],
      [0, null],
    ]) {
      const off = await fluidError({
        profile,
        workload: poisson(190, 3600),
        actions: [action(20, waits)],
        intervals: 60,
      });
      expect(Math.abs(off.spilled)).toBeLessThan(0.015);
      expect(Math.abs(off.attainment)).toBeLessThan(0.01);
    }
  });

  test('finds who is late behind a full line that slows itself down', async () => {
    const [pool] = service.pools;
    const profile = {
      ...withClasses({ name: 'only', share: 1, deadlineMs: 500 }),
      serviceCv: 0.12,
      pools: [{ ...pool!, contention: 0.05, serviceMs: [150] }],
    };
    for (const load of [1.05, 1.2]) {
      const workload = poisson((load * 25) / 0.15, 1800);
      const off = await fluidError({ profile, workload, actions: [action(25, 300)], intervals: 30 });
      expect(Math.abs(off.attainment)).toBeLessThan(0.05);
      expect(Math.abs(off.usd)).toBeLessThan(0.02);
    }
  });

  test('fills pools in turn as the request level does', async () => {
    const [pool] = service.pools;
    const second = { ...pool!, name: 'second', instanceType: 'large', serviceMs: [20] };
    const profile = { ...service, pools: [pool!, second] };
    for (const perSecond of [50, 120, 200]) {
      const off = await fluidError({
        profile,
        workload: poisson(perSecond, 3600),
        actions: [action([10, 2], 0)],
        intervals: 60,
      });
      expect(Math.abs(off.spilled)).toBeLessThan(0.04);
      expect(Math.abs(off.usd)).toBeLessThan(0.03);
    }
  });

  test('starts as many environments cold in a sudden load as the request level does', async () => {
    const options = { workload: poisson(40, 600), actions: [action(0, 0)], intervals: 10 };
    const fluid = await simulate({ ...options, fidelity: 'fluid' });
    const exact = await simulate(options);
    expect(fluid.total.coldStarts / exact.total.coldStarts).toBeGreaterThan(0.8);
    expect(fluid.total.coldStarts / exact.total.coldStarts).toBeLessThan(1.25);
  });
});
