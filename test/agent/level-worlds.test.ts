import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DemandHistory } from '../../agent/demand-history.ts';
import { endOfLifeCost, levelInterval, servingShare } from '../../agent/level-economy.ts';
import { drawEpisode, episodeIntervals, type LevelSource } from '../../agent/level-episode.ts';
import { levelFeatures } from '../../agent/level-features.ts';
import type { LevelTerms } from '../../agent/level-terms.ts';
import { LevelWorlds } from '../../agent/level-worlds.ts';
import type { WorldsStep } from '../../agent/worlds.ts';
import { Random } from '../../env/random.ts';
import { exampleTerms, steady, wandering } from './example-levels.ts';

const attainment = 0.99;

function source(histories: readonly DemandHistory[], overrides: Partial<LevelSource> = {}): LevelSource {
  const set = { histories, weights: histories.map(() => 1) };
  return { set, terms: [exampleTerms], spread: 0, anyService: 0, meanVms: [2, 50], ...overrides };
}

function walks(): DemandHistory[] {
  return [1, 2, 3].map((seed) => wandering(400, Random.seeded(seed)));
}

function emptyStep(count: number): WorldsStep {
  return {
    rewards: new Float32Array(count),
    violations: new Float32Array(count),
    truncated: new Uint8Array(count),
    finalObservations: new Float32Array(count * levelFeatures.length),
  };
}

function observed(worlds: LevelWorlds): Float32Array {
  const into = new Float32Array(worlds.count * worlds.observationSize).fill(Number.NaN);
  worlds.observe(into);
  return into;
}

/** Everything that happens in some steps of random actions, as one list of numbers. */
function story(seed: number, steps: number): number[] {
  const worlds = new LevelWorlds(source(walks(), { spread: 0.2 }), attainment, 5, Random.seeded(seed));
  const dice = Random.seeded(99);
  const result = emptyStep(5);
  const told: number[] = [];
  for (let step = 0; step < steps; step++) {
    told.push(...observed(worlds));
    worlds.step(
      Int32Array.from({ length: 5 }, () => dice.below(2)),
      result,
    );
    told.push(...result.rewards, ...result.violations, ...result.truncated, ...result.finalObservations);
  }
  return told;
}

test('the same seed gives the same worlds, another seed others', () => {
  expect(story(1, 200)).toEqual(story(1, 200));
  expect(story(1, 3)).not.toEqual(story(2, 3));
});

test('off and on are always allowed', () => {
  const worlds = new LevelWorlds(source(walks()), attainment, 4, Random.seeded(1));
  const mask = new Uint8Array(8);
  worlds.mask(mask);
  expect([...mask]).toEqual(new Array(8).fill(1));
  expect(worlds.heads).toEqual([2]);
});

describe('an episode', () => {
  test('is cut after its length or where the trace ends, and then another begins', () => {
    for (const length of [50, 180, 400]) {
      const worlds = new LevelWorlds(source([wandering(length, Random.seeded(1))]), attainment, 20, Random.seeded(2));
      const result = emptyStep(20);
      const since = new Int32Array(20);
      const lengths = new Set<number>();
      for (let step = 0; step < 800; step++) {
        worlds.step(new Int32Array(20).fill(1), result);
        for (let world = 0; world < 20; world++) {
          since[world]!++;
          if (result.truncated[world] === 0) continue;
          // The first episode of a world begins somewhere in its middle.
          if (step >= episodeIntervals) lengths.add(since[world]!);
          since[world] = 0;
        }
      }
      expect([...lengths]).toEqual([Math.min(length, episodeIntervals)]);
    }
  });

  test('shows at its cut what would have been seen next, were it not cut', () => {
    // A trace so long that no episode ends where it does, and demand that never changes: what a level that is on sees stays.
    const constant = steady(new Array<number>(4000).fill(1));
    const worlds = new LevelWorlds(source([constant]), attainment, 30, Random.seeded(3));
    const result = emptyStep(30);
    const size = levelFeatures.length;
    const isOn = levelFeatures.indexOf('is on');
    const history = levelFeatures.indexOf('history');
    let before = observed(worlds);
    let cuts = 0;
    for (let step = 0; step < 100; step++) {
      worlds.step(new Int32Array(30).fill(1), result);
      for (let world = 0; world < 30; world++) {
        const last = before.subarray(world * size, (world + 1) * size);
        const known = Math.expm1(7 * last[history]!);
        if (result.truncated[world] === 0 || last[isOn] === 0 || known < 200) continue;
        cuts++;
        const final = result.finalObservations.subarray(world * size, (world + 1) * size);
        expect(Math.expm1(7 * final[history]!)).toBeCloseTo(Math.min(1440, known + 1), 0);
        expect(final[isOn]).toBe(1);
        expect(final[0]).toBeCloseTo(last[0]!, 5);
      }
      before = observed(worlds);
    }
    expect(cuts).toBeGreaterThan(5);
  });

  test('never shows anything but numbers, however short the trace and however late the metrics', () => {
    const terms = [{ ...exampleTerms, delayIntervals: 3 }];
    for (const length of [1, 5, 40, 150]) {
      const worlds = new LevelWorlds(
        source([wandering(length, Random.seeded(1))], { terms }),
        attainment,
        50,
        Random.seeded(4),
      );
      const result = emptyStep(50);
      for (let step = 0; step < 60; step++) {
        expect(observed(worlds).every(Number.isFinite), `trace of ${length} intervals, step ${step}`).toBe(true);
        worlds.step(new Int32Array(50).fill(step % 2), result);
        expect(result.rewards.every(Number.isFinite)).toBe(true);
      }
    }
  });

  test('is of a level that the demand sometimes reaches and sometimes does not', () => {
    const random = Random.seeded(5);
    const from = source(walks());
    const means = Array.from({ length: 500 }, () => {
      const { history, start, level, unitsPerRate } = drawEpisode(from, random);
      let sum = 0;
      for (let t = start; t < start + episodeIntervals; t++) sum += history.levelUse(t, level, unitsPerRate);
      return sum / episodeIntervals;
    });
    const inDoubt = means.filter((mean) => mean > 0.05 && mean < 0.95).length;
    expect(inDoubt).toBeGreaterThan(200);
    expect(Math.min(...means)).toBeLessThan(0.05);
    expect(Math.max(...means)).toBeGreaterThan(0.95);
  });
});

const warm = { ...exampleTerms, keepAliveIntervals: Number.POSITIVE_INFINITY, bootIntervals: 2.5 };

interface Scene {
  readonly worlds: LevelWorlds;
  /** Of the level in every interval. */
  readonly use: number;
}

/** Worlds of one level each at constant demand, off and lately so, whose episodes last some steps more. */
function scenes(count: number, terms: LevelTerms): Scene[] {
  const constant = source([steady(new Array<number>(400).fill(1))], { terms: [terms], meanVms: [10, 10] });
  const found: Scene[] = [];
  for (let seed = 0; found.length < count; seed++) {
    const open = () => new LevelWorlds(constant, attainment, 1, Random.seeded(seed));
    const worlds = open();
    const { mode, intervalsInMode } = worlds.state(0);
    const isFresh = mode === 0 && intervalsInMode < 54;
    if (!isFresh || rewards(open(), new Array<number>(10).fill(0)) === null) continue;
    found.push({ worlds, use: drawEpisode(constant, Random.seeded(seed)).level < 10 ? 1 : 0 });
  }
  return found;
}

/** Null: the episode ended meanwhile. */
function rewards(worlds: LevelWorlds, actions: readonly number[]): number[] | null {
  const result = emptyStep(1);
  const told: number[] = [];
  for (const action of actions) {
    worlds.step(Int32Array.of(action), result);
    if (result.truncated[0] === 1) return null;
    told.push(result.rewards[0]!);
  }
  return told;
}

/** Books a level by hand, from the state of its world at the beginning. */
class Accountant {
  readonly #terms: LevelTerms;
  #mode: 'off' | 'booting' | 'on';
  #age: number;
  #bootLeft: number;
  #sinceSpill: number;

  constructor(terms: LevelTerms, worlds: LevelWorlds) {
    const { mode, intervalsInMode, intervalsSinceSpill } = worlds.state(0);
    this.#terms = terms;
    this.#mode = mode === 0 ? 'off' : mode === 1 ? 'booting' : 'on';
    this.#age = intervalsInMode;
    this.#bootLeft = this.#mode === 'booting' ? terms.bootIntervals - this.#age : 0;
    this.#sinceSpill = intervalsSinceSpill;
  }

  book(action: number, use: number): { reward: number; violation: number } {
    let leaving = 0;
    if (action === 1 && this.#mode === 'off') {
      this.#mode = 'booting';
      this.#age = 0;
      this.#bootLeft = this.#terms.bootIntervals;
    } else if (action === 0 && this.#mode !== 'off') {
      leaving = endOfLifeCost(this.#terms, this.#mode === 'on', this.#age);
      this.#mode = 'off';
    }
    const serving = this.#mode === 'off' ? 0 : this.#mode === 'on' ? 1 : servingShare(this.#bootLeft);
    const booked = { cost: 0, missed: 0, spilled: 0 };
    levelInterval(this.#terms, use, this.#mode !== 'off', serving, this.#sinceSpill, booked);
    this.#sinceSpill = booked.spilled > 0.02 ? 0 : this.#sinceSpill + 1;
    this.#age++;
    this.#bootLeft--;
    if (this.#mode === 'booting' && this.#bootLeft <= 0) this.#mode = 'on';
    return { reward: use - booked.cost - leaving, violation: booked.missed - (1 - attainment) * use };
  }
}

/** The uses until the first episode ends, learnt from a world that stays off: what it is rewarded, or by how little it misses. */
function usesOf(worlds: LevelWorlds, ratio: number, steps: number): number[] {
  const result = emptyStep(1);
  const uses: number[] = [];
  while (uses.length < steps && result.truncated[0] === 0) {
    worlds.step(Int32Array.of(0), result);
    // The first step may hold the end of a VM.
    uses.push(uses.length === 0 ? result.violations[0]! / -(1 - attainment) : result.rewards[0]! / (1 - ratio));
  }
  return uses;
}

const twoChoices = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 40, maxLength: 40 });

describe('rewards', () => {
  test('tell the whole life of a VM: boot, service, drain, nothing', () => {
    for (const { worlds, use } of scenes(6, warm)) {
      const off = use - 4 * use;
      const boots = [use - 1 - 4 * use, use - 1 - 4 * use, use - 1 - 4 * 0.5 * use];
      expect(rewards(worlds, [0, 1, 1, 1, 1, 1, 0, 0])).toEqual([off, ...boots, use - 1, use - 1, off - 0.5, off]);
    }
  });

  test('bill a launch that is called off at once for the minimum', () => {
    for (const { worlds, use } of scenes(6, { ...warm, minimumBilledIntervals: 4 })) {
      expect(rewards(worlds, [1, 0])).toEqual([use - 1 - 4 * use, use - 4 * use - 3]);
    }
  });

  test('and violations are those of an accountant who books every interval of a walk by hand', () => {
    const terms = { ...exampleTerms, bootIntervals: 2.3, keepAliveIntervals: 3, minimumBilledIntervals: 5 };
    const walk = source(walks(), { terms: [terms] });
    const neverCold = source(walks(), { terms: [{ ...terms, keepAliveIntervals: Number.POSITIVE_INFINITY }] });
    fc.assert(
      fc.property(fc.nat(), twoChoices, (seed, chosen) => {
        const uses = usesOf(new LevelWorlds(neverCold, attainment, 1, Random.seeded(seed)), terms.ratio, 40);
        const worlds = new LevelWorlds(walk, attainment, 1, Random.seeded(seed));
        const books = new Accountant(terms, worlds);
        const result = emptyStep(1);
        for (const [t, use] of uses.entries()) {
          worlds.step(Int32Array.of(chosen[t]!), result);
          const { reward, violation } = books.book(chosen[t]!, use);
          expect(result.rewards[0]).toBeCloseTo(reward, 4);
          expect(result.violations[0]).toBeCloseTo(violation, 4);
        }
      }),
      { numRuns: 50 },
    );
  });
});
