import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lognormalShareBelow } from '../../../env/physics/lognormal.ts';
import { defaultPrices as prices } from '../../../env/prices.ts';
import { readProfile } from '../../../env/profile.ts';
import { readWorkload } from '../../../env/workload/reference.ts';
import { lambdaUsdPerRequest } from '../../../policies/economics.ts';
import { fleetPrediction } from '../../../policies/navigator/fleet-prediction.ts';
import { functionPrediction } from '../../../policies/navigator/function-prediction.ts';
import { readyVms } from '../../../policies/navigator/ready-vms.ts';
import { rehearse } from '../../../policies/navigator/rehearse.ts';

const profile = await readProfile('examples/image-classifier.yaml');
const batching = { ...profile, lambda: { ...profile.lambda, batchMarginal: 0.3 } };

describe('what is expected of VMs', () => {
  const one = { ...profile, slo: { ...profile.slo, classes: [{ name: 'only', share: 1, deadlineMs: 500 }] } };
  const setup = { profile: one, prices, variant: 1, pool: 0, maxWaitMs: [null], elsewhere: null };

  test('is the share of M/D/1 that does not wait, 1 - ρ, with one VM and service of one length', () => {
    const certain = { ...one, serviceCv: 0 };
    const { answeredWithin } = fleetPrediction({ ...setup, profile: certain, vms: 1 }, 0.6 / 0.128);
    expect(answeredWithin(128, 0)).toBeCloseTo(0.4, 2);
  });

  test('is the share of services within the deadline where nobody waits, however much they vary', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 3, noNaN: true }), fc.integer({ min: 20, max: 2000 }), (serviceCv, ms) => {
        const { answeredWithin } = fleetPrediction({ ...setup, profile: { ...one, serviceCv }, vms: 50 }, 0.01);
        expect(answeredWithin(ms, 0)).toBeCloseTo(lognormalShareBelow(ms, 128, serviceCv), 3);
      }),
    );
  });

  test('is nothing where a line slows the VMs until it never ends, and in the simulator too', async () => {
    const slowing = { ...one, pools: one.pools.map((pool) => ({ ...pool, slots: 8, contention: 0.2 })) };
    const perSecond = 0.7 / (0.128 / 16);
    const at = (vms: number) => fleetPrediction({ ...setup, profile: slowing, vms }, perSecond).answeredWithin(500, 0);
    expect(at(2)).toBe(0);
    expect(at(3)).toBeGreaterThan(0.99);
    const workload = await readWorkload(`constant:mean=${perSecond},hours=1`, {});
    for (const vms of [2, 3]) {
      const configuration = { variant: 1, fleet: { pool: 0, vms }, function: null, maxWaitMs: [null] };
      const { attainment } = await rehearse(configuration, slowing, prices, workload, { seed: 1 });
      expect(Math.abs(attainment! - at(vms))).toBeLessThan(vms === 2 ? 0.3 : 0.01);
    }
  });

  test('on spot costs what comes of interruptions, and counts on fewer VMs', () => {
    const spot = { interruptionsPerHour: 0.5, noticeSeconds: 120, priceShare: 0.4 };
    const waves = { share: 0.5, reach: 0.5, shortageSeconds: 600 };
    const pool = { boot: { medianSeconds: 300, sigma: 0 }, spot: { ...spot, waves } };
    const ready = (0.5 * (300 + 0.5 * 600)) / 3600;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), (vms) => {
        const states = readyVms(pool, vms);
        expect(states.reduce((sum, state) => sum + state.share, 0)).toBeCloseTo(1, 9);
        const mean = states.reduce((sum, state) => sum + state.share * state.vms, 0);
        expect(mean / vms).toBeCloseTo(Math.exp(-ready), 3);
      }),
    );
    expect(readyVms({ boot: pool.boot }, 7)).toEqual([{ vms: 7, share: 1 }]);
  });

  test('is a share and a cost at any load, be it many times what fits', () => {
    const elsewhere = (spilled: number) =>
      functionPrediction(profile, prices, 1, { tier: 2, provisioned: 0, batch: null }, spilled);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.double({ min: 0, max: 6, noNaN: true }), (vms, digits) => {
        const expected = fleetPrediction({ ...setup, vms, elsewhere, maxWaitMs: [400] }, 10 ** digits);
        for (const share of [expected.spilledShare, expected.answeredWithin(450, 0)]) {
          expect(share >= 0 && share <= 1).toBe(true);
        }
        expect(expected.usdPerSecond).toBeGreaterThan(0);
        const fits = (1000 * vms) / one.pools[0]!.serviceMs[1]!;
        expect(expected.spilledShare).toBeGreaterThanOrEqual(1 - fits / 10 ** digits - 1e-3);
      }),
    );
  });

  test('rises with every VM, and falls with every request', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.double({ min: 1, max: 300, noNaN: true }), (vms, rate) => {
        const at = (count: number, perSecond: number) =>
          fleetPrediction({ ...setup, vms: count }, perSecond).answeredWithin(500, 0);
        expect(at(vms + 1, rate)).toBeGreaterThanOrEqual(at(vms, rate) - 2e-3);
        expect(at(vms, rate * 1.1)).toBeLessThanOrEqual(at(vms, rate) + 2e-3);
      }),
    );
  });
});

describe('what is expected of Lambda', () => {
  const single = functionPrediction(profile, prices, 1, { tier: 2, provisioned: 0, batch: null }, 50);

  test('costs what the requests cost', () => {
    expect(single.usdPerSecond).toBeCloseTo(50 * lambdaUsdPerRequest(profile, prices, 1, 2)!, 12);
  });

  test('is no more than its concurrency limit lets in, alone and behind a fleet, and what is lost costs nothing', () => {
    const limited = { ...profile, lambda: { ...profile.lambda, concurrencyLimit: 10 } };
    const lambda = { tier: 2, provisioned: 0, batch: null };
    const perSecond = 40_000 / profile.lambda.serviceMs[1]![2]!; // keeps 40 environments busy
    const alone = functionPrediction(limited, prices, 1, lambda, perSecond);
    expect(alone.answeredWithin(1e6, 0)).toBeCloseTo(1 - 0.7577, 3); // Erlang B, 40 erlangs on 10 servers
    const { usdPerSecond } = functionPrediction(profile, prices, 1, lambda, perSecond);
    expect(alone.usdPerSecond / usdPerSecond).toBeCloseTo(alone.answeredWithin(1e6, 0), 6);
    const elsewhere = (spilled: number) => functionPrediction(limited, prices, 1, lambda, spilled);
    const fleet = {
      profile: limited,
      prices,
      variant: 1,
      pool: 0,
      vms: 1,
      maxWaitMs: profile.slo.classes.map(() => 0),
      elsewhere,
    };
    expect(fleetPrediction(fleet, perSecond).answeredWithin(1e6, 0)).toBeLessThan(0.35);
  });

  test('a batch that is sent at once is no batch, and a longer one is never dearer', () => {
    const of = (timeoutMs: number) =>
      functionPrediction(batching, prices, 1, { tier: 2, provisioned: 0, batch: { size: 8, timeoutMs } }, 50)
        .usdPerSecond;
    expect(of(0)).toBeCloseTo(single.usdPerSecond, 12);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 0, max: 500 }), (timeoutMs, more) => {
        expect(of(timeoutMs + more)).toBeLessThanOrEqual(of(timeoutMs) + 1e-12);
      }),
    );
  });
});
