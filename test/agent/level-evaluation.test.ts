import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { endOfLifeCost, keepsWarm, levelInterval, servingShare } from '../../agent/level-economy.ts';
import type { LevelEpisode } from '../../agent/level-episode.ts';
import { evaluateLevel, occupyLevel } from '../../agent/level-evaluation.ts';
import { type LevelModel, levelModel } from '../../agent/level-model.ts';
import type { LevelTerms } from '../../agent/level-terms.ts';
import { Random } from '../../env/random.ts';
import { exampleTerms, steady } from './example-levels.ts';

function episode(uses: readonly number[], terms: LevelTerms): LevelEpisode {
  return { history: steady(uses), terms, level: 0, unitsPerRate: 1, first: 0, start: 0 };
}

/** [interval] What it costs to serve nothing, now cold and now warm. */
function spillingAll(uses: readonly number[], terms: LevelTerms): number[] {
  const result = { cost: 0, missed: 0, spilled: 0 };
  let since = Number.POSITIVE_INFINITY;
  return uses.map((use) => {
    levelInterval(terms, use, false, 0, since, result);
    since = keepsWarm(result.spilled) ? 0 : since + 1;
    return result.cost;
  });
}

interface Vm {
  readonly mode: 'off' | 'booting' | 'on';
  readonly age: number;
  readonly bootLeft: number;
}

/** The best that hindsight can do: [interval * states + state] what "off" costs more than "on", and [state] the cost from the beginning. */
interface Plan {
  readonly model: LevelModel;
  readonly states: number;
  readonly gains: Float32Array;
  readonly costs: Float64Array;
}

function planOf(one: LevelEpisode, intervals: number, missPrice = 0): Plan {
  const model = levelModel(one, intervals, missPrice);
  const gains = new Float32Array(intervals * model.states);
  const costs = evaluateLevel(model, null, gains);
  return { model, states: model.states, gains, costs };
}

function stateOf(index: number, { boots }: LevelModel, { bootIntervals }: LevelTerms): Vm {
  if (index === 0) return { mode: 'off', age: 0, bootLeft: 0 };
  if (index === boots) return { mode: 'on', age: 1000, bootLeft: 0 };
  return { mode: 'booting', age: boots - index, bootLeft: index - (boots - bootIntervals) };
}

interface Task {
  readonly terms: LevelTerms;
  /** [interval] What it costs to serve nothing. */
  readonly spilling: readonly number[];
}

/** The least cost from an interval on, by trying every sequence of on and off. */
function leastCost(task: Task, t: number, vm: Vm, first?: boolean): number {
  if (t === task.spilling.length) return 0;
  const choices = first === undefined ? [true, false] : [first];
  return Math.min(...choices.map((isOn) => costOf(task, t, vm, isOn)));
}

function costOf(task: Task, t: number, vm: Vm, isOn: boolean): number {
  const { terms, spilling } = task;
  if (!isOn) {
    const leaving = vm.mode === 'off' ? 0 : endOfLifeCost(terms, vm.mode === 'on', vm.age);
    return leaving + spilling[t]! + leastCost(task, t + 1, { mode: 'off', age: 0, bootLeft: 0 });
  }
  const started = vm.mode === 'off' ? { age: 0, bootLeft: terms.bootIntervals } : vm;
  const bootLeft = started.bootLeft - 1;
  const next: Vm = { mode: bootLeft > 0 ? 'booting' : 'on', age: started.age + 1, bootLeft };
  const unserved = 1 - servingShare(started.bootLeft);
  return 1 + spilling[t]! * unserved + leastCost(task, t + 1, next);
}

const use = fc.double({ min: 0, max: 1, noNaN: true });
const uses = fc.array(fc.oneof(use, fc.constant(0), fc.constant(1)), { minLength: 1, maxLength: 7 });
const anyTerms = fc
  .record({
    ratio: fc.double({ min: 0.5, max: 10, noNaN: true }),
    bootIntervals: fc.double({ min: 0.1, max: 3, noNaN: true }),
    drainIntervals: fc.double({ min: 0, max: 1, noNaN: true }),
    minimum: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ minimum, ...some }) => ({ ...exampleTerms, ...some, minimumBilledIntervals: minimum * some.bootIntervals }));

/** Holds every gain and every cost of a plan against brute force. */
function expectBruteForce({ model, gains, costs }: Plan, task: Task): void {
  for (let state = 0; state < model.states; state++) {
    const vm = stateOf(state, model, task.terms);
    expect(costs[state]).toBeCloseTo(leastCost(task, 0, vm), 3);
    for (let t = 0; t < task.spilling.length; t++) {
      const gain = leastCost(task, t, vm, false) - leastCost(task, t, vm, true);
      expect(gains[t * model.states + state]).toBeCloseTo(gain, 3);
    }
  }
}

describe('the clairvoyant plan of a level', () => {
  test('is the best of all sequences of on and off, from every state, where nothing is ever cold', () => {
    fc.assert(
      fc.property(uses, anyTerms, (demand, some) => {
        const terms = { ...some, keepAliveIntervals: Number.POSITIVE_INFINITY };
        const plan = planOf(episode(demand, terms), demand.length);
        expectBruteForce(plan, { terms, spilling: demand.map((one) => terms.ratio * one) });
      }),
      { numRuns: 60 },
    );
  });

  test('counts cold starts as if the level had been off all the time, and is the best of all sequences then', () => {
    fc.assert(
      fc.property(uses, anyTerms, (demand, some) => {
        const terms = { ...some, keepAliveIntervals: 1, coldIntervals: 0.3, coldFactor: 4 };
        const plan = planOf(episode(demand, terms), demand.length);
        expectBruteForce(plan, { terms, spilling: spillingAll(demand, terms) });
      }),
      { numRuns: 40 },
    );
  });

  test('boots ahead of the demand, by exactly the boot time', () => {
    const demand = [...new Array<number>(10).fill(0), ...new Array<number>(10).fill(1)];
    const { states, gains } = planOf(episode(demand, exampleTerms), demand.length);
    const launches = demand.map((_, t) => gains[t * states]! > 0);
    expect(launches.indexOf(true)).toBe(10 - exampleTerms.bootIntervals);
    expect(launches.slice(7, 15)).toEqual(new Array(8).fill(true));
    expect(launches.at(-1)).toBe(false); // too late to serve anything
  });

  test('keeps a VM through a lull that is shorter than what a new boot would cost, and lets it go in a longer one', () => {
    const around = (lull: number) => [1, 1, ...new Array<number>(lull).fill(0), ...new Array<number>(9).fill(1)];
    const staysOn = (lull: number) => {
      const demand = around(lull);
      const { states, gains } = planOf(episode(demand, exampleTerms), demand.length);
      return gains[2 * states + states - 1]! > 0;
    };
    // Staying costs the lull; going costs the drain and three intervals of a new boot, which fit into the lull.
    expect([1, 2, 3, 4, 5, 9].map(staysOn)).toEqual([true, true, true, false, false, false]);
  });

  test('launches only what pays for itself: some stretch of serving is worth more than it is billed', () => {
    fc.assert(
      fc.property(fc.array(use, { minLength: 1, maxLength: 40 }), anyTerms, (demand, some) => {
        const terms = { ...some, keepAliveIntervals: Number.POSITIVE_INFINITY };
        const { states, gains } = planOf(episode(demand, terms), demand.length);
        for (let t = 0; t < demand.length; t++) {
          if (gains[t * states]! < 1e-3) continue;
          let saved = 0;
          const balance = demand.slice(t).map((one, age) => {
            saved += terms.ratio * one * servingShare(terms.bootIntervals - age);
            return saved - (age + 1);
          });
          expect(Math.max(...balance)).toBeGreaterThan(0);
        }
      }),
    );
  });

  test('never launches where work is no dearer elsewhere than on a full VM', () => {
    fc.assert(
      fc.property(fc.array(use, { minLength: 1, maxLength: 40 }), anyTerms, (demand, some) => {
        const terms = { ...some, ratio: Math.min(1, some.ratio), coldIntervals: 0 };
        const { states, gains } = planOf(episode(demand, terms), demand.length);
        for (let t = 0; t < demand.length; t++) expect(gains[t * states]).toBeLessThan(1e-4);
      }),
    );
  });

  test('launches for the sake of a deadline what does not pay in money, where a miss is dear', () => {
    const demand = [0, 0, 0, 0, 0.3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.3];
    const terms = { ...exampleTerms, keepAliveIntervals: 2 };
    const gain = (missPrice: number) => {
      const { states, gains } = planOf(episode(demand, terms), demand.length, missPrice);
      return gains[1 * states]; // a boot ahead of the first demand
    };
    expect(gain(0)).toBeLessThan(0);
    expect(gain(1000)).toBeGreaterThan(0);
  });

  test('has a state for every level: off, so many intervals of its boot to go, on', () => {
    const states = (bootIntervals: number) => levelModel(episode([1], { ...exampleTerms, bootIntervals }), 1, 0).states;
    expect([0.3, 1, 2.3, 3].map(states)).toEqual([2, 2, 4, 4]);
  });

  test('sees no demand beyond the end of the trace', () => {
    const { states, gains } = planOf(episode([0, 0], exampleTerms), 30);
    for (let t = 0; t < 30; t++) expect(gains[t * states]).toBeLessThan(0);
  });
});

/** [interval * states + state] */
function anyChances({ intervals, states }: LevelModel, random: Random): Float32Array {
  return Float32Array.from({ length: intervals * states }, () => random.uniform());
}

describe('a policy that throws dice', () => {
  const demand = [0.2, 0.9, 1, 1, 0.1, 0, 0.7, 1];
  const model = levelModel(episode(demand, { ...exampleTerms, bootIntervals: 2.3 }), demand.length, 0);
  const chances = anyChances(model, Random.seeded(1));

  /** Follows the policy once, and returns its cost and where it was. */
  function follow(start: number, random: Random, visits: Float64Array): number {
    let state = start;
    let cost = 0;
    for (let t = 0; t < model.intervals; t++) {
      visits[t * model.states + state]!++;
      const isOn = random.uniform() < chances[t * model.states + state]!;
      cost += isOn ? 1 + model.spillCosts[t]! * model.unserved[state]! : model.spillCosts[t]! + model.leaving[state]!;
      state = isOn ? model.next[state]! : 0;
    }
    return cost;
  }

  test('costs, and is in every state, as often as thousands of runs of it say', () => {
    const runs = 20_000;
    const costs = evaluateLevel(model, chances, new Float32Array(chances.length));
    for (let start = 0; start < model.states; start++) {
      const random = Random.seeded(start, 'runs');
      const visits = new Float64Array(chances.length);
      let sum = 0;
      for (let run = 0; run < runs; run++) sum += follow(start, random, visits);
      expect(Math.abs(sum / runs - costs[start]!)).toBeLessThan(0.1);
      const occupancy = new Float32Array(chances.length);
      const begin = new Float64Array(model.states);
      begin[start] = 1;
      occupyLevel(model, chances, begin, occupancy);
      for (const [at, share] of occupancy.entries()) expect(Math.abs(visits[at]! / runs - share)).toBeLessThan(0.02);
    }
  });

  test('gains by its gains: the slope of its cost by a chance is minus how often it gets there times what "on" is better', () => {
    const gains = new Float32Array(chances.length);
    evaluateLevel(model, chances, gains);
    const occupancy = new Float32Array(chances.length);
    const begin = new Float64Array(model.states);
    begin[0] = 1;
    occupyLevel(model, chances, begin, occupancy);
    for (const at of [0, 4, 9, 17, 25]) {
      const changed = (by: number) => {
        const other = chances.slice();
        other[at]! += by;
        return evaluateLevel(model, other, new Float32Array(chances.length))[0]!;
      };
      const slope = (changed(0.01) - changed(-0.01)) / 0.02;
      expect(slope).toBeCloseTo(-occupancy[at]! * gains[at]!, 3);
    }
  });

  test('never costs less than the plan that knows the demand to come', () => {
    const best = evaluateLevel(model, null, new Float32Array(chances.length));
    const costs = evaluateLevel(model, chances, new Float32Array(chances.length));
    for (const [state, cost] of costs.entries()) expect(cost).toBeGreaterThanOrEqual(best[state]!);
  });
});
