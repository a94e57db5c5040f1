import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lognormalShareBelow } from '../../../env/physics/lognormal.ts';
import { defaultPrices as prices } from '../../../env/prices.ts';
import { readProfile } from '../../../env/profile.ts';
import { durationSeconds } from '../../../env/workload/duration.ts';
import { readWorkload } from '../../../env/workload/reference.ts';
import { lambdaUsdPerRequest, vmUsdPerSecond } from '../../../policies/economics.ts';
import { breakEvens } from '../../../policies/navigator/break-even.ts';
import { type Configuration, configurationText, kindOf, kinds } from '../../../policies/navigator/configuration.ts';
import { fleetPrediction } from '../../../policies/navigator/fleet-prediction.ts';
import { paretoFront } from '../../../policies/navigator/front.ts';
import { functionPrediction } from '../../../policies/navigator/function-prediction.ts';
import { constantLoad, loadOf, meanPerSecond, peakPerSecond } from '../../../policies/navigator/load.ts';
import { planFor } from '../../../policies/navigator/plan.ts';
import { readyVms } from '../../../policies/navigator/ready-vms.ts';
import { rehearse } from '../../../policies/navigator/rehearse.ts';
import { type Candidate, candidates } from '../../../policies/navigator/search.ts';

const profile = await readProfile('examples/image-classifier.yaml');
const batching = { ...profile, lambda: { ...profile.lambda, batchMarginal: 0.3 } };

describe('a load', () => {
  test('keeps the mean of its workload, and its shares add to 1', async () => {
    const workload = await readWorkload('diurnal:mean=80,hours=6,seed=2', {});
    const load = loadOf(workload);
    const requests = workload.requests.reduce((sum, one) => sum + one, 0);
    expect(load.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
    expect(meanPerSecond(load) / (requests / durationSeconds(workload))).toBeCloseTo(1, 3);
    expect(peakPerSecond(load)).toBeGreaterThan(meanPerSecond(load));
  });

  test('is not thinned out by a last minute that is not whole', async () => {
    const load = loadOf(await readWorkload('constant:mean=80', { durationSeconds: 90 }));
    expect(meanPerSecond(load)).toBeCloseTo(80, 3);
  });
});

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

describe('a break-even', () => {
  test('is with a memory size in time for every class, where there is one', () => {
    const tierOf = (service: typeof profile) => breakEvens(service, prices).find(({ variant }) => variant === 1)!.tier;
    expect(profile.lambda.memoryMb[tierOf(profile)]).toBe(1769); // 1024 MB cost less, but take too long for one request in a hundred
    const classes = [{ name: 'only', share: 1, deadlineMs: 5 }];
    expect(profile.lambda.memoryMb[tierOf({ ...profile, slo: { ...profile.slo, classes } })]).toBe(1024);
  });

  test('is where a VM costs what Lambda costs', () => {
    const found = breakEvens(profile, prices);
    expect(found).toHaveLength(profile.variants.length * profile.pools.length);
    for (const { variant, pool, tier, perSecond } of found) {
      const lambda = perSecond * lambdaUsdPerRequest(profile, prices, variant, tier)!;
      expect(lambda).toBeCloseTo(vmUsdPerSecond(profile, prices, pool), 12);
    }
  });
});

describe('a Pareto front', () => {
  const candidate = fc
    .record({
      usdPerHour: fc.integer({ min: 1, max: 6 }),
      p95Ms: fc.integer({ min: 1, max: 6 }),
      accuracy: fc.constantFrom(0.7, 0.8),
      keepsPromise: fc.boolean(),
    })
    .map(
      (one): Candidate => ({ ...one, attainment: 1, spilledShare: 0, configuration: null as unknown as Configuration }),
    );

  test('holds what nothing beats, and for everything else something in it that is no worse', () => {
    fc.assert(
      fc.property(fc.array(candidate, { maxLength: 30 }), (all) => {
        const front = paretoFront(all);
        const isNoWorse = (a: Candidate, b: Candidate) =>
          a.usdPerHour <= b.usdPerHour && a.p95Ms <= b.p95Ms && a.accuracy >= b.accuracy;
        for (const one of front) expect(front.filter((other) => isNoWorse(other, one))).toEqual([one]);
        for (const one of all.filter(({ keepsPromise }) => keepsPromise)) {
          expect(front.some((other) => isNoWorse(other, one))).toBe(true);
        }
      }),
    );
  });
});

describe('a plan', () => {
  test('takes the fewest VMs that keep the promise', () => {
    for (const one of candidates(profile, prices, constantLoad(120)).filter(
      ({ configuration }) => kindOf(configuration) === 'VMs',
    )) {
      const { variant, fleet, maxWaitMs } = one.configuration;
      const fewer = fleetPrediction(
        { profile, prices, variant, pool: fleet!.pool, vms: fleet!.vms - 1, maxWaitMs, elsewhere: null },
        120,
      );
      const attained = profile.slo.classes.reduce(
        (sum, { share, deadlineMs }, k) => sum + share * fewer.answeredWithin(deadlineMs, k),
        0,
      );
      expect(one.keepsPromise).toBe(true);
      expect(attained).toBeLessThan(profile.slo.attainment);
    }
  });

  test('looks at batches only where they save, and at every kind', () => {
    const batched = (service: typeof profile) =>
      candidates(service, prices, constantLoad(50)).filter(({ configuration }) => configuration.function?.batch).length;
    expect(batched(profile)).toBe(0);
    expect(
      batched({ ...batching, slo: { ...profile.slo, classes: [{ name: 'only', share: 1, deadlineMs: 3000 }] } }),
    ).toBeGreaterThan(0);
    expect(new Set(planFor(profile, prices, constantLoad(50)).best.map((one) => kindOf(one.configuration))).size).toBe(
      3,
    );
  });

  test('lists the whole front, and of configurations that cost the same the one that nothing beats', () => {
    const sizes = { memoryMb: [512, 1024, 2048], serviceMs: [[900, 450, 300]], coldStartMs: [[3000, 3000, 3000]] };
    const slow = { ...profile.lambda, ...sizes };
    const one = {
      ...profile,
      slo: { ...profile.slo, classes: [{ name: 'only', share: 1, deadlineMs: 1500 }] },
      variants: profile.variants.slice(0, 1),
      accuracyFloor: 0,
      pools: profile.pools.map((pool) => ({ ...pool, serviceMs: [3000] })),
      lambda: slow,
    };
    const { best, front } = planFor(one, prices, constantLoad(0.01));
    expect(front.map(({ configuration }) => configuration.function?.tier)).toEqual([1, 2]);
    expect(best.slice(0, 2)).toEqual(front);
  });

  test('beside a function that lets few in keeps as many VMs as the promise needs', () => {
    const limited = { ...profile, lambda: { ...profile.lambda, concurrencyLimit: 3 } };
    const { best } = planFor(limited, prices, constantLoad(60));
    const together = best.filter(({ configuration }) => kindOf(configuration) === 'VMs and Lambda');
    expect(together.length).toBeGreaterThan(0);
    expect(together.filter(({ keepsPromise }) => keepsPromise)).toEqual(together);
  });

  test('is rehearsed on a minute, with decisions of any length, and without Lambda where a variant does not run there', async () => {
    const serviceMs = profile.lambda.serviceMs.map((row) => row.map((ms, tier) => (tier === 0 ? null : ms)));
    const service = {
      ...profile,
      decisionSeconds: 900,
      lambda: { ...profile.lambda, serviceMs, coldStartMs: serviceMs },
    };
    const configuration = { variant: 1, fleet: { pool: 0, vms: 20 }, function: null, maxWaitMs: [null, null] };
    for (const reference of ['constant:mean=60,hours=0.5', 'constant:mean=60,hours=0.0167']) {
      const workload = await readWorkload(reference, {});
      const { usdPerHour, attainment } = await rehearse(configuration, service, prices, workload, { seed: 1 });
      expect(usdPerHour).toBeCloseTo(20 * 0.085, 3);
      expect(attainment).toBeGreaterThan(0.99);
    }
  });

  test('says never of a latency that a twentieth of the requests never has', async () => {
    const configuration = { variant: 1, fleet: { pool: 0, vms: 1 }, function: null, maxWaitMs: [null, null] };
    const workload = await readWorkload('constant:mean=60,hours=0.2', {});
    expect((await rehearse(configuration, profile, prices, workload, { seed: 1 })).p95Ms).toBe(Infinity);
  });

  test.each([
    ['constant:mean=60,hours=0.7', 0.03],
    ['diurnal:mean=60,hours=1,seed=3', 0.05], // each minute is told by itself, as if it were long
  ])(
    'of each kind on %s comes, the cheapest, within a share of %d of the dollars and 1.5 points of the share in time of the simulator',
    async (reference, tolerance) => {
      const workload = await readWorkload(reference, {});
      const load = reference.startsWith('constant') ? constantLoad(60) : loadOf(workload);
      const { best } = planFor(profile, prices, load);
      const cheapest = kinds.map((kind) => best.find(({ configuration }) => kindOf(configuration) === kind)!);
      for (const { configuration, usdPerHour, attainment } of cheapest) {
        const run = await rehearse(configuration, profile, prices, workload, { seed: 1 });
        const what = configurationText(profile, configuration);
        expect(Math.abs(run.usdPerHour / usdPerHour - 1), what).toBeLessThan(tolerance);
        expect(Math.abs(run.attainment! - attainment), what).toBeLessThan(0.015);
      }
    },
  );
});
