import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultPrices as prices } from '../../../env/prices.ts';
import { readProfile } from '../../../env/profile.ts';
import { durationSeconds } from '../../../env/workload/duration.ts';
import { readWorkload } from '../../../env/workload/reference.ts';
import { lambdaUsdPerRequest, vmUsdPerSecond } from '../../../policies/economics.ts';
import { breakEvens } from '../../../policies/navigator/break-even.ts';
import { type Configuration, configurationText, kindOf, kinds } from '../../../policies/navigator/configuration.ts';
import { fleetPrediction } from '../../../policies/navigator/fleet-prediction.ts';
import { paretoFront } from '../../../policies/navigator/front.ts';
import { constantLoad, loadOf, meanPerSecond, peakPerSecond } from '../../../policies/navigator/load.ts';
import { planFor } from '../../../policies/navigator/plan.ts';
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
