import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lognormalSigma, normalQuantile } from '../../../env/physics/lognormal.ts';
import { InputProblem } from '../../../env/problem.ts';
import { fitProfile, type PlaceFit } from '../../../env/profile/fit.ts';
import { fittedProfile } from '../../../env/profile/fitted-profile.ts';
import { parseSamples, type Sample } from '../../../env/profile/samples.ts';
import { parseProfile } from '../../../env/profile.ts';
import { Random } from '../../../env/random.ts';

const file = 'examples/image-classifier.yaml';
const text = await readFile(file, 'utf8');
const profile = parseProfile(text, file);

const measured = { resource: 'cpu', memoryMb: null, batch: 1, isCold: false, line: 2 };

function lognormal(random: Random, mean: number, cv: number): number {
  const sigma = lognormalSigma(cv);
  return mean * Math.exp(sigma * normalQuantile(random.uniform()) - sigma ** 2 / 2);
}

function drawn(count: number, mean: number, cv: number, seed: number, where: Partial<Sample> = {}): Sample[] {
  const random = Random.seeded(seed, 'samples');
  return Array.from({ length: count }, () => ({
    variant: 'inception-v3',
    ...measured,
    latencyMs: lognormal(random, mean, cv),
    ...where,
  }));
}

const lambda = { resource: 'lambda', memoryMb: 3008 };

describe('a fit', () => {
  test('of an instance type is that of all pools of it: one on spot stays the same VM as that on demand', async () => {
    const spotFile = 'examples/spot.yaml';
    const spotText = await readFile(spotFile, 'utf8');
    const service = parseProfile(spotText, spotFile);
    const [first, ...others] = service.pools.filter(
      ({ instanceType }) => instanceType === service.pools[0]!.instanceType,
    );
    expect(others.length).toBeGreaterThan(0);
    const [variant] = service.variants;
    const samples = drawn(50, 77, 0.1, 1, { variant: variant!.name, resource: first!.instanceType });
    const fit = fitProfile(service, samples, 'a.csv');
    expect(fit.places).toHaveLength(1);
    const fitted = parseProfile(fittedProfile(spotText, service, fit), spotFile);
    const times = fitted.pools
      .filter(({ instanceType }) => instanceType === first!.instanceType)
      .map(({ serviceMs }) => serviceMs[0]);
    expect(new Set(times).size).toBe(1);
    expect(Math.abs(times[0]! / 77 - 1)).toBeLessThan(0.1);
    const alone = fitProfile(service, drawn(9, 77, 0.1, 1, { variant: variant!.name, resource: first!.name }), 'a.csv');
    expect(alone.places).toMatchObject([{ pool: first!.name, alike: [] }]);
    const mixed = { ...service, pools: service.pools.map((pool, index) => ({ ...pool, slots: index + 1 })) };
    expect(() => fitProfile(mixed, samples, 'a.csv')).toThrow('the instance type of pools with the same slots');
  });

  test('finds the mean within its own 95 % interval in about 95 of 100 measurements', () => {
    const seeds = Array.from({ length: 200 }, (_, seed) => seed);
    const hits = seeds.filter((seed) => {
      const [one] = fitProfile(profile, drawn(200, 130, 0.3, seed), 'a.csv').places as [PlaceFit];
      return Math.abs(one.serviceMs / 130 - 1) <= one.meanError!;
    }).length;
    // Binomial with 200 and 0.95: 4 standard deviations are 12.
    expect(hits).toBeGreaterThan(190 - 13);
  });

  test('finds the coefficient of variation over places with different means', () => {
    const samples = [
      ...drawn(4000, 130, 0.25, 1),
      ...drawn(4000, 20, 0.25, 2, { resource: 'g4dn.xlarge' }),
      ...drawn(4000, 400, 0.25, 3, lambda),
    ];
    // The standard error of a log-deviation is 1 part in sqrt(2 n).
    expect(fitProfile(profile, samples, 'a.csv').serviceCv).toBeCloseTo(0.25, 2);
  });

  test('of the right family has a distance that falls as one over the root of the samples (Kolmogorov)', () => {
    for (const count of [100, 1600]) {
      const [one] = fitProfile(profile, drawn(count, 130, 0.3, 4), 'a.csv').places as [PlaceFit];
      expect(one.distance * Math.sqrt(count)).toBeLessThan(1.63); // 99 %
    }
  });

  test('shows a wrong family in the quantiles: two speeds are no lognormal', () => {
    const samples = [...drawn(900, 100, 0.05, 1), ...drawn(100, 1000, 0.05, 2)];
    const [one] = fitProfile(profile, samples, 'a.csv').places as [PlaceFit];
    expect(one.distance).toBeGreaterThan(0.1);
    expect(Math.abs(one.quantileErrors.p99)).toBeGreaterThan(0.1);
  });

  test('finds the cold start and what a batch adds', () => {
    const samples = [
      ...drawn(3000, 150, 0.1, 1, lambda),
      ...drawn(500, 3150, 0.1, 2, { ...lambda, isCold: true }),
      ...drawn(500, 150 * (1 + 0.8 * 3), 0.1, 3, { ...lambda, batch: 4 }),
      ...drawn(500, 150 * (1 + 0.8 * 7), 0.1, 4, { ...lambda, batch: 8 }),
    ];
    const { places, batchMarginal } = fitProfile(profile, samples, 'a.csv');
    expect(places).toHaveLength(1);
    expect(places[0]!.coldStartMs! / 3000).toBeCloseTo(1, 1);
    expect(batchMarginal).toBeCloseTo(0.8, 1);
  });

  test('does not depend on the order of the samples', () => {
    const samples = [...drawn(40, 130, 0.3, 1), ...drawn(40, 90, 0.3, 2, lambda)];
    const fit = fitProfile(profile, samples, 'a.csv');
    fc.assert(
      fc.property(fc.shuffledSubarray(samples, { minLength: samples.length }), (shuffled) => {
        const other = fitProfile(profile, shuffled, 'a.csv');
        expect(other.serviceCv).toBeCloseTo(fit.serviceCv!, 9);
        for (const one of fit.places) {
          const same = other.places.find(({ pool }) => pool === one.pool)!;
          expect(same.serviceMs).toBeCloseTo(one.serviceMs, 9);
        }
      }),
      { numRuns: 20 },
    );
  });

  test.each([
    [{ variant: 'inception-v4' }, 'a.csv:2: variant is "inception-v4", but must be one of the profile'],
    [{ resource: 'tpu' }, 'a.csv:2: resource is "tpu", but must be lambda, a pool of the profile'],
    [{ isCold: true }, 'inception-v3 on cpu has no warm answer to a single request'],
  ])('of %j is refused', (where, sentence) => {
    expect(() => fitProfile(profile, drawn(3, 100, 0.1, 1, where), 'a.csv')).toThrow(sentence);
    expect(() => fitProfile(profile, drawn(3, 100, 0.1, 1, where), 'a.csv')).toThrow(InputProblem);
  });
});

describe('a fitted profile', () => {
  const samples = [
    ...drawn(200, 200, 0.3, 1),
    ...drawn(200, 170, 0.3, 2, { resource: 'lambda', memoryMb: 2048 }),
    ...drawn(20, 2170, 0.3, 3, { resource: 'lambda', memoryMb: 2048, isCold: true }),
  ];
  const fit = fitProfile(profile, samples, 'a.csv');
  const written = fittedProfile(text, profile, fit);
  const read = parseProfile(written, 'fitted.yaml');

  test('says what was measured, to four digits', () => {
    expect(read.pools[0]!.serviceMs[1]! / fit.places[0]!.serviceMs).toBeCloseTo(1, 3);
    expect(read.lambda.memoryMb).toContain(2048);
    const tier = read.lambda.memoryMb.indexOf(2048);
    expect(read.lambda.serviceMs[1]![tier]! / fit.places[1]!.serviceMs).toBeCloseTo(1, 3);
    expect(read.lambda.coldStartMs[1]![tier]! / fit.places[1]!.coldStartMs!).toBeCloseTo(1, 3);
    expect(read.serviceCv).toBeCloseTo(fit.serviceCv!, 3);
  });

  test('keeps what was not measured, and the comments', () => {
    expect(read.pools[1]).toEqual(profile.pools[1]);
    expect(read.slo).toEqual(profile.slo);
    expect(read.lambda.serviceMs[1]!.filter((_, tier) => read.lambda.memoryMb[tier] !== 2048)).toEqual(
      profile.lambda.serviceMs[1],
    );
    expect(written).toContain('# AWS states none; idle environments were seen to live for 5 to 15 minutes');
  });

  test('names the samples behind each list, and no fit where there were none', () => {
    expect(written).toMatch(/ {4}inception-v3: \[.*\] # fitted: 200 samples at 2048 MB\n/);
    expect(written).toMatch(/ {4}inception-v3: \[.*\] # fitted: 20 samples at 2048 MB\n/);
    const warm = fit.places.map((one) => ({ ...one, coldStartMs: null, coldSamples: 0 }));
    const cold = fittedProfile(written, read, { ...fit, places: warm }).split('coldStartMs:')[1]!;
    expect(cold).toMatch(/ {4}inception-v3: \[.*\] # not measured: as before\n/);
  });

  test('fitted again to nothing new is the same', () => {
    expect(parseProfile(fittedProfile(written, read, fit), 'again.yaml')).toEqual(read);
  });
});

describe('samples', () => {
  const header = 'variant,resource,memory_mb,batch,latency_ms,cold\n';

  test('are read in any order of columns, batch and cold left out', () => {
    expect(parseSamples('latency_ms,resource,variant\n12.5,cpu,small\n', 'a.csv')).toEqual([
      { variant: 'small', resource: 'cpu', memoryMb: null, batch: 1, latencyMs: 12.5, isCold: false, line: 2 },
    ]);
  });

  test.each([
    ['', 'a.csv:1: there are no samples'],
    ['variant,resource\na,b\n', 'a.csv:1: the column latency_ms is missing'],
    [`${header}a,lambda,,1,5,\n`, 'a.csv:2: memory_mb is missing'],
    [`${header}a,cpu,512,1,5,\n`, 'a.csv:2: memory_mb is "512", but must be empty'],
    [`${header}a,cpu,,0,5,\n`, 'a.csv:2: batch is "0", but must be a whole number of at least 1'],
    [`${header}a,cpu,,8,5,\n`, 'a.csv:2: batch is 8, but must be 1 where resource is not lambda'],
    [`${header}a,cpu,,1,-5,\n`, 'a.csv:2: latency_ms is "-5", but must be a number above 0'],
    [`${header}a,cpu,,1,,\n`, 'a.csv:2: latency_ms is "", but must be a number above 0'],
    [`${header}a,cpu,,1,5,maybe\n`, 'a.csv:2: cold is "maybe"'],
    [`${header},cpu,,1,5,\n`, 'a.csv:2: variant is missing'],
  ])('of %j are refused with file and line', (text, sentence) => {
    expect(() => parseSamples(text, 'a.csv')).toThrow(sentence);
  });
});
