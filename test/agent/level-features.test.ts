import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DemandHistory } from '../../agent/demand-history.ts';
import { type LevelState, levelFeatures, writeLevelFeatures } from '../../agent/level-features.ts';
import { Random } from '../../env/random.ts';
import { binsPerInterval, exampleTerms, steady, wandering } from './example-levels.ts';

const on: LevelState = { mode: 2, intervalsInMode: 12 };

interface Look {
  readonly first?: number;
  readonly now?: number;
  readonly level?: number;
  readonly unitsPerRate?: number;
  readonly state?: LevelState;
  readonly terms?: typeof exampleTerms;
}

function featuresOf(history: DemandHistory, look: Look = {}): Float32Array {
  const { first = 0, now = history.length, level = 3, unitsPerRate = 5, state = on, terms = exampleTerms } = look;
  const into = new Float32Array(levelFeatures.length + 2).fill(Number.NaN);
  writeLevelFeatures(history, first, now, level, unitsPerRate, state, terms, into, 1);
  expect([into[0], into.at(-1)]).toEqual([Number.NaN, Number.NaN]); // it stays within its row
  return into.subarray(1, -1);
}

function feature(name: (typeof levelFeatures)[number], features: Float32Array): number {
  return features[levelFeatures.indexOf(name)]!;
}

/** The same demand where `isKept`, and something else elsewhere. */
function altered(history: DemandHistory, isKept: (interval: number) => boolean, factor: number): DemandHistory {
  const bins = history.bins.map((rate, bin) => (isKept(Math.floor(bin / binsPerInterval)) ? rate : factor * rate + 1));
  return DemandHistory.of(bins, binsPerInterval);
}

const rate = fc.oneof(
  fc.constant(0),
  fc.double({ min: 0, max: 1e-9, noNaN: true }),
  fc.double({ min: 0, max: 100, noNaN: true }),
  fc.double({ min: 0, max: 1e12, noNaN: true }),
);
const anyHistory = fc
  .oneof(
    fc.array(rate, { minLength: 0, maxLength: 70 }),
    fc.tuple(rate, fc.integer({ min: 0, max: 1600 })).map(([one, length]) => new Array<number>(length).fill(one)),
  )
  .map(steady);
const anyState = fc.record({
  mode: fc.integer({ min: 0, max: 2 }),
  intervalsInMode: fc.integer({ min: 0, max: 1_000_000 }),
});

describe('what a level sees', () => {
  test('is finite and of moderate size, whatever the demand has been and however little of it is known', () => {
    const look = fc.record({
      state: anyState,
      level: fc.integer({ min: 0, max: 1_000_000 }),
      unitsPerRate: fc.double({ min: 1e-6, max: 1000, noNaN: true }),
    });
    fc.assert(
      fc.property(anyHistory, fc.nat(), look, (history, drawn, some) => {
        const now = drawn % (history.length + 1);
        for (const first of [0, Math.max(0, now - 1), now]) {
          const features = featuresOf(history, { ...some, now, first });
          for (const [index, value] of features.entries()) {
            const isModerate = Number.isFinite(value) && Math.abs(value) < 50;
            expect(isModerate, `${levelFeatures[index]} is ${value}`).toBe(true);
          }
        }
      }),
    );
  });

  test('does not depend on the unit in which demand is counted', () => {
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: 0.1, max: 1000, noNaN: true }), (seed, factor) => {
        const history = wandering(200, Random.seeded(seed));
        const counted = DemandHistory.of(
          history.bins.map((one) => one * factor),
          binsPerInterval,
        );
        const scaled = featuresOf(counted, { unitsPerRate: 5 / factor });
        for (const [index, value] of featuresOf(history).entries()) {
          expect(scaled[index], levelFeatures[index]).toBeCloseTo(value, 3);
        }
      }),
      { numRuns: 30 },
    );
  });

  test('is the same whatever comes from the decision on', () => {
    const history = wandering(300, Random.seeded(1));
    for (const now of [0, 1, 60, 250]) {
      const other = altered(history, (interval) => interval < now, 7);
      expect(featuresOf(other, { now })).toEqual(featuresOf(history, { now }));
    }
  });

  test('is the same whatever came before the first interval that is known', () => {
    const history = wandering(300, Random.seeded(2));
    for (const first of [0, 100, 200, 249, 250]) {
      const other = altered(history, (interval) => interval >= first, 7);
      expect(featuresOf(other, { first, now: 250 })).toEqual(featuresOf(history, { first, now: 250 }));
    }
  });

  test('a controller that has just begun sees what training showed it: the same demand, known from there on', () => {
    const history = wandering(300, Random.seeded(3));
    for (const first of [1, 250, 290, 299]) {
      const begun = new DemandHistory(binsPerInterval, 1);
      for (let interval = first; interval < 300; interval++) {
        begun.push(history.bins.subarray(interval * binsPerInterval, (interval + 1) * binsPerInterval));
      }
      expect(featuresOf(begun)).toEqual(featuresOf(history, { first }));
    }
  });

  test('does not depend on what was asked before', () => {
    const long = wandering(100, Random.seeded(4));
    const short = steady([1, 2]);
    const alone = featuresOf(short).slice();
    featuresOf(long);
    expect(featuresOf(short)).toEqual(alone);
  });

  test('depends on the level, its state and its terms', () => {
    const history = wandering(100, Random.seeded(5));
    const usual = featuresOf(history);
    const others = [
      { level: 4 },
      { state: { ...on, mode: 0 } },
      { state: { mode: 1, intervalsInMode: 1 } },
      { state: { mode: 1, intervalsInMode: 2 } },
      { terms: { ...exampleTerms, ratio: 2 } },
      { terms: { ...exampleTerms, bootIntervals: 2 } },
      { terms: { ...exampleTerms, drainIntervals: 0 } },
      { terms: { ...exampleTerms, delayIntervals: 2 } },
      { terms: { ...exampleTerms, coldFactor: 1 } },
    ];
    for (const look of others) expect(featuresOf(history, look), JSON.stringify(look)).not.toEqual(usual);
  });
});

describe('single features', () => {
  const history = steady([...new Array<number>(40).fill(0.6), 0.8, 1]);

  test('use of the level is what the demand has above it', () => {
    const features = featuresOf(history); // level 3 of 5 VMs' work at rate 1
    expect(feature('use of the level 1 back', features)).toBe(1);
    expect(feature('use of the level 2 back', features)).toBeCloseTo(1, 5);
    expect(feature('use of the level 3 back', features)).toBeCloseTo(0, 5);
    expect(feature('mean use over 10', features)).toBeCloseTo(0.2, 5);
    expect(feature('share of the last 30 mostly used', features)).toBeCloseTo(2 / 30, 5);
  });

  test('the load is compared with what it was, and the level with the load', () => {
    const features = featuresOf(history);
    expect(feature('load over load 3 back', features)).toBeCloseTo(Math.log(5.01 / 3.01), 5);
    expect(feature('distance to the load of 1, over load', features)).toBeCloseTo((3.5 - 5.01) / 5.01, 5);
    expect(feature('logarithm of the load', features)).toBeCloseTo(Math.log(5.01), 5);
  });

  test('a phase is known once it has been seen', () => {
    expect(feature('30 ago is known', featuresOf(history))).toBe(1);
    expect(feature('60 ago is known', featuresOf(history))).toBe(0);
    expect(feature('use 60 ago, soon', featuresOf(history))).toBe(0);
  });

  test('a VM that takes longer to boot than foreseen is as good as there', () => {
    const done = (intervalsInMode: number) =>
      feature('boot done', featuresOf(history, { state: { mode: 1, intervalsInMode } }));
    expect([1, 2, 3, 9].map(done)).toEqual([1, 2, 2, 2].map((age) => expect.closeTo(age / 3, 5)));
  });

  test('the newest interval is seen bin by bin, and how far off the demand is, up to half a VM', () => {
    const bins = Float32Array.from([0.2, 0.4, 0.55, 0.6, 0.7, 0.9]);
    const features = featuresOf(DemandHistory.of(bins, binsPerInterval)); // level 3 of 5 VMs' work at rate 1
    const seen = [0, 1, 2, 3, 4, 5].map((back) =>
      feature(`use of the level, ${back} sixths of the newest interval back`, features),
    );
    expect(seen).toEqual([1.5, 0.5, 0, -0.25, -0.5, -0.5].map((use) => expect.closeTo(use, 5)));
  });

  test('a level is off, booting or on', () => {
    const modes = [0, 1, 2].map((mode) => {
      const features = featuresOf(history, { state: { ...on, mode, intervalsInMode: 1 } });
      return (['is off', 'is booting', 'is on', 'boot done'] as const).map((name) => feature(name, features));
    });
    expect(modes).toEqual([
      [1, 0, 0, 0],
      [0, 1, 0, expect.closeTo(1 / 3, 5)],
      [0, 0, 1, 0],
    ]);
  });
});
