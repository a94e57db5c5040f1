import fc from 'fast-check';
import { expect, test } from 'vitest';
import { limitsSchema } from '../../../env/guardrails/limits.ts';
import { usdPerHourOf } from '../../../env/guardrails/usd-cap.ts';
import { defaultPrices } from '../../../env/prices.ts';
import { actionOf, profile } from '../../controller/fakes.ts';
import { play, seen } from './stage.ts';

const count = fc.oneof(fc.integer({ min: -5, max: 200 }), fc.constantFrom(Number.NaN, Infinity, -Infinity, 2.5));
const signal = fc.option(
  fc.record({ value: fc.constantFrom(0, 0.5, Number.NaN, -1), ageSeconds: fc.integer({ min: 0, max: 400 }) }),
);
const arrivals = fc.option(fc.record({ value: fc.constant([5, 6]), ageSeconds: fc.integer({ min: 0, max: 400 }) }));
const moment = fc.record({
  wanted: fc.tuple(count, count),
  signals: fc.array(signal, { minLength: 6, maxLength: 6 }),
  arrivals,
  lost: fc.boolean(),
  failing: fc.boolean(),
});
const failure = { kind: 'capacity-failure', forbids: 'launch', said: 'The launches fail' } as const;
const limits = limitsSchema.parse({ usdPerHour: 1.5, startUpSeconds: 60, scaleInDelaySeconds: 60 });
const prices = {
  usdPerHour: profile.pools.map(({ instanceType }) => defaultPrices.usdPerHour[instanceType]!),
  lambdaProvisionedUsdPerGbSecond: defaultPrices.lambdaProvisionedUsdPerGbSecond,
};

test('whatever a policy wants and whatever is known: within the minimum, the dollars and the profile, and no cut on what is stale', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(moment, { minLength: 1, maxLength: 12 }), async (moments) => {
      let fleet = [2, 0];
      let asked = fleet;
      for (const { wanted, signals, arrivals: demand, lost, failing } of moments) {
        const [a, b, c, d, e, f] = signals;
        const observation = seen(fleet[0]!, fleet[1]!, {
          arrivals: demand,
          utilization: [a!, b!],
          queueLength: [c!, d!],
          spilledPerSecond: e!,
          latencyMs: { p50: f!, p95: f!, p99: f! },
          pools: fleet.map((ready, pool) => ({
            ...{ ready, booting: 0, asked: asked[pool]! },
            ...(failing ? { hindrances: [failure] } : {}),
          })),
        });
        const [said] = await play(limits, [{ observation, wanted: actionOf(wanted[0], wanted[1]) }]);
        const { applied, vms } = said!;
        profile.pools.forEach(({ min, max }, pool) => {
          expect(Number.isInteger(vms[pool])).toBe(true);
          expect(vms[pool]).toBeGreaterThanOrEqual(min);
          expect(vms[pool]).toBeLessThanOrEqual(max);
        });
        const most = { ...applied, vmCounts: vms.map((vm, pool) => Math.max(vm, asked[pool]!)) };
        expect(usdPerHourOf(most, prices)).toBeLessThanOrEqual(limits.usdPerHour! + 1e-9);
        const doubtful = demand === null || demand.ageSeconds > 180 || e === null || e!.ageSeconds > 180;
        const cut = vms.some((vm, pool) => vm < asked[pool]!);
        expect(doubtful && cut).toBe(false);
        // Some of the VMs were lost on the way: what is left is what the next decision finds.
        asked = [...vms];
        fleet = vms.map((vm) => Math.max(0, lost ? vm - 1 : vm));
      }
    }),
    { numRuns: 60 },
  );
});
