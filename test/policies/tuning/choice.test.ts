import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyOutcome } from '../../../env/outcome.ts';
import { Random } from '../../../env/random.ts';
import type { Outcome } from '../../../env/types.ts';
import { reactive } from '../../../policies/rules/reactive.ts';
import { type ChoiceOptions, choose } from '../../../policies/tuning/choice.ts';
import { scoreOf, type TraceScore } from '../../../policies/tuning/score.ts';
import { ranked } from '../../../policies/tuning/search.ts';
import { tune } from '../../../policies/tuning/tune.ts';
import { examplePrices, exampleProfile } from '../example-service.ts';

/** Five recorded workloads and eight drawn ones, as in bench/tune.sh. */
const kinds = [true, false, true, false, true, true, false, false, true, true, false, true, true];

function outcome(usd: number, late: number): Outcome {
  const strict = { requests: 100_000, inTime: 100_000 - late, late, lost: 0 };
  return {
    ...emptyOutcome(exampleProfile),
    seconds: 60,
    classes: [strict, { requests: 0, inTime: 0, late: 0, lost: 0 }],
    accuracySum: 0.8 * 100_000,
    usd: { vm: usd, lambdaCompute: 0, lambdaRequests: 0, lambdaProvisioned: 0 },
  };
}

interface World {
  readonly seed: number;
  /** Standard deviation of what chance adds to the logarithm of a setting's cost on a workload. */
  readonly noise: number;
  /** What a setting really gains, as a logarithm. */
  readonly gain?: (specification: string) => number;
  /** Of 100,000 requests those that are late. */
  readonly late?: (specification: string, trace: number) => number;
}

/** The rule tuned in a world in which cost is what a setting really gains, and chance. */
function tunedIn({ seed, noise, gain = () => 0, late = () => 0 }: World) {
  return tune({
    profile: exampleProfile,
    prices: examplePrices,
    kind: reactive,
    fixed: {},
    traces: kinds.map((isDrawn, place) => ({ boundUsd: 1, isDrawn, origin: String(place) })),
    budget: 24,
    seed,
    reserve: 0.3,
    run: async (runs) =>
      runs.map(({ specification, trace }) => {
        const chance = Random.seeded(seed, `${specification} on ${trace}`).normal();
        return outcome(100 * Math.exp(noise * chance - gain(specification)), late(specification, trace));
      }),
  });
}

const isKnown = (specification: string) => specification === 'reactive' || specification === 'reactive:waitShare=0.5';
const worlds = (count: number) => Array.from({ length: count }, (_, seed) => seed);

test('where nothing but chance tells settings apart, what is known is kept', async () => {
  const choices = await Promise.all(worlds(60).map(async (seed) => (await tunedIn({ seed, noise: 0.05 })).choice));
  const kept = choices.filter(({ chosen }) => isKnown(chosen.specification));
  expect(kept.length).toBeGreaterThan(0.8 * choices.length);
  // Taking the best of all would nearly always have left it.
  expect(choices.filter(({ best }) => isKnown(best.specification)).length).toBeLessThan(0.3 * choices.length);
});

test('a gain of many standard errors replaces it', async () => {
  for (const seed of worlds(20)) {
    const { choice } = await tunedIn({ seed, noise: 0.01, gain: (one) => (isKnown(one) ? 0 : 0.1) });
    expect(choice.reason).toBe('beyond-error');
    expect(choice.chosen).toBe(choice.best);
    for (const one of choice.gains) expect(one.mean).toBeCloseTo(0.1, 1);
  }
});

test('what misses the promise is never kept where something keeps it, however small its lead in dollars', async () => {
  for (const seed of worlds(20)) {
    const late = (specification: string) => (isKnown(specification) ? 1500 : 500);
    const { choice } = await tunedIn({ seed, noise: 0.05, late, gain: (one) => (isKnown(one) ? 1 : 0) });
    expect(choice.reason).toBe('promise');
    expect(choice.chosen.score.shortfall).toBe(0);
  }
});

test('a cheap setting that misses the promise is no gain', async () => {
  for (const seed of worlds(20)) {
    const late = (specification: string) => (isKnown(specification) ? 0 : 1500);
    const { choice } = await tunedIn({ seed, noise: 0.01, late, gain: (one) => (isKnown(one) ? 0 : 1) });
    expect(isKnown(choice.chosen.specification)).toBe(true);
  }
});

test('nor is one that misses it on more than an eighth of the drawn workloads', async () => {
  const drawn = kinds.flatMap((isDrawn, place) => (isDrawn ? [place] : []));
  for (const [count, replaces] of [
    [0, true],
    [1, true],
    [2, false],
    [8, false],
  ] as const) {
    const late = (one: string, trace: number) => (!isKnown(one) && drawn.slice(0, count).includes(trace) ? 1500 : 0);
    const { choice } = await tunedIn({ seed: 1, noise: 0.01, late, gain: (one) => (isKnown(one) ? 0 : 1) });
    expect(!isKnown(choice.chosen.specification), `${count} of ${drawn.length}`).toBe(replaces);
  }
});

test('who gives a hair of the reserve away must show twice as much in dollars', () => {
  // Gains of 1.9 errors on either kind (1.2 without the source that gains most), and of 3 (2.5).
  const isDrawn = [false, false, false, true, true, true];
  const gainOf = (errors: number) =>
    [-1, 0, 1, -1, 0, 1].map((one) => 100 * Math.exp(-0.02 * (errors + one * Math.sqrt(3))));
  const reasonFor = (errors: number, missing: number) => {
    const options = settings({ found: gainOf(errors) }, isDrawn);
    const judged = options.judged.map((one) =>
      one.specification === 'known' ? one : { ...one, score: { ...one.score, reserveShortfall: missing } },
    );
    return choose({ ...options, judged }).reason;
  };
  expect(reasonFor(1.9, 0)).toBe('beyond-error');
  expect(reasonFor(1.9, 0.0001)).toBe('within-error');
  expect(reasonFor(3, 0.0001)).toBe('beyond-error');
});

test('nor is a hair given away for what another setting gains without', () => {
  const isDrawn = [false, false, false, true, true, true];
  const chosenBeside = (usd: readonly number[]) => {
    const options = settings({ careful: [90, 91, 89, 90, 91, 89], careless: usd }, isDrawn);
    const judged = options.judged.map((one) =>
      one.specification === 'careless' ? { ...one, score: { ...one.score, shortfall: 0.0009 } } : one,
    );
    return choose({ ...options, judged: ranked(judged) }).chosen.specification;
  };
  expect(chosenBeside([89, 91, 88, 90, 90, 89])).toBe('careful');
  expect(chosenBeside([80, 81, 79, 80, 81, 79])).toBe('careless');
});

test('the same search makes the same choice', async () => {
  expect((await tunedIn({ seed: 3, noise: 0.05 })).choice).toEqual((await tunedIn({ seed: 3, noise: 0.05 })).choice);
});

/** Settings by their costs on workloads on which the known one costs 100; all keep the promise. */
function settings(
  costs: Readonly<Record<string, readonly number[]>>,
  isDrawn: readonly boolean[],
  origins: readonly string[] = isDrawn.map((_, index) => String(index)),
): ChoiceOptions {
  const trials = Object.entries({ known: isDrawn.map(() => 100), ...costs }).map(([specification, usd]) => {
    const traces = usd.map((one, index): TraceScore => {
      const quality = { requests: 100, attainment: 1, accuracy: 0.8 };
      return { usd: one, ...quality, boundUsd: 1, defaultUsd: 100, isDrawn: isDrawn[index]!, origin: origins[index]! };
    });
    return { specification, values: {}, score: scoreOf(exampleProfile, traces, 0) };
  });
  return { profile: exampleProfile, judged: ranked(trials), known: new Set(['known']) };
}

test('the gain and its error are those of the paired logarithms, recorded and drawn apart', () => {
  const options = settings({ found: [90, 80, 70, 60] }, [false, false, true, true]);
  const [recorded, drawn] = choose(options).gains;
  const [a, b] = [Math.log(100 / 90), Math.log(100 / 80)];
  expect(recorded).toMatchObject({ kind: 'recorded', sources: 2 });
  expect(recorded!.mean).toBeCloseTo((a + b) / 2, 12);
  // The standard error of a mean of two is half of what lies between them.
  expect(recorded!.standardError).toBeCloseTo((b - a) / 2, 12);
  expect(drawn).toMatchObject({ kind: 'drawn', sources: 2 });
});

test('a small gain on one kind of workload is none where the other shows only chance', () => {
  const isDrawn = [true, true, true, true, false, false, false, false];
  const found = [97, 100.5, 96, 101.5, 104, 93, 103, 92];
  const { reason, known, chosen } = choose(settings({ found }, isDrawn));
  expect(reason).toBe('within-error');
  expect(chosen).toBe(known);
  expect(choose(settings({ found: found.map(() => 90) }, isDrawn)).reason).toBe('beyond-error');
});

test('one workload tells no error, and the best is taken', () => {
  const { reason, chosen } = choose(settings({ found: [90] }, [false]));
  expect(reason).toBe('one-source');
  expect(chosen.specification).toBe('found');
});

test('of settings that each shine on another workload none has shown a gain', () => {
  fc.assert(
    fc.property(fc.integer({ min: 4, max: 9 }), fc.double({ min: 20, max: 99, noNaN: true }), (count, cheap) => {
      const lucky = (at: number) => Array.from({ length: count }, (_, index) => (index === at ? cheap : 101));
      const costs = Object.fromEntries(lucky(0).map((_, at) => [`lucky ${at}`, lucky(at)]));
      const { chosen } = choose(
        settings(
          costs,
          lucky(0).map(() => false),
        ),
      );
      expect(chosen.specification).toBe('known');
    }),
  );
});

test('parts of one source count as one', () => {
  const none = [false, false, false, false];
  const found = [80, 84, 95, 105];
  const { gains } = choose(settings({ found }, none, ['a', 'a', 'b', 'b']));
  expect(gains).toHaveLength(1);
  expect(gains[0]).toMatchObject({ kind: 'recorded', sources: 2 });
  const [a, b] = [found.slice(0, 2), found.slice(2)].map((usd) => Math.log(100 / Math.sqrt(usd[0]! * usd[1]!)));
  expect(gains[0]!.mean).toBeCloseTo((a! + b!) / 2, 12);
  expect(gains[0]!.standardError).toBeCloseTo((a! - b!) / 2, 12);
  expect(choose(settings({ found }, none, ['a', 'a', 'a', 'a'])).reason).toBe('one-source');
});

test('what keeps a hair more of the promise is not worth dollars on all workloads, what keeps more of it is', () => {
  const isDrawn = Array(9).fill(false);
  const { judged, ...options } = settings({ dear: isDrawn.map(() => 150) }, isDrawn);
  const late = (places: number) =>
    judged.map((one) => {
      const traces = one.score.traces.map((trace, place) =>
        one.specification === 'known' && place < places ? { ...trace, attainment: 0.9895 } : trace,
      );
      return { ...one, score: scoreOf(exampleProfile, traces, 0) };
    });
  const chosen = (places: number) => choose({ ...options, judged: ranked(late(places)) }).chosen.specification;
  expect(chosen(0)).toBe('known');
  expect(chosen(1)).toBe('known');
  expect(chosen(6)).toBe('dear');
});

test('what one source alone gains is no gain', () => {
  const isDrawn = [false, false, false, false, false];
  const lone = [60, 100.1, 99.9, 100.1, 99.9];
  expect(choose(settings({ lone }, isDrawn)).reason).toBe('within-error');
  expect(choose(settings({ most: [60, 96, 97, 96, 97] }, isDrawn)).reason).toBe('beyond-error');
});

test('a clear gain on one kind of workload is enough where the other does not speak against it', () => {
  const isDrawn = [false, false, false, false, true, true, true, true];
  const recorded = [90, 90, 91, 89];
  expect(choose(settings({ found: [...recorded, 96, 103, 97, 103] }, isDrawn)).reason).toBe('beyond-error');
  expect(choose(settings({ found: [...recorded, 97, 103, 97, 104] }, isDrawn)).chosen.specification).toBe('known');
});
