import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { endOfLifeCost, keepsWarm, levelInterval, servingShare } from '../../agent/level-economy.ts';
import { type LevelPlan, planLevel, planState } from '../../agent/level-plan.ts';
import type { LevelTerms } from '../../agent/level-terms.ts';
import type { LevelEpisode } from '../../agent/level-worlds.ts';
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

function stateOf(index: number, { boots }: LevelPlan, { bootIntervals }: LevelTerms): Vm {
  if (index === 0) return { mode: 'off', age: 0, bootLeft: 0 };
  if (index > boots) return { mode: 'on', age: 1000, bootLeft: 0 };
  return { mode: 'booting', age: boots - index, bootLeft: index - (boots - bootIntervals) };
}

interface Task {
  readonly terms: LevelTerms;
  readonly discount: number;
  /** [interval] What it costs to serve nothing. */
  readonly spilling: readonly number[];
}

/** The least discounted cost from an interval on, by trying every sequence of on and off. */
function leastCost(task: Task, t: number, vm: Vm, first?: boolean): number {
  if (t === task.spilling.length) return 0;
  const choices = first === undefined ? [true, false] : [first];
  return Math.min(...choices.map((isOn) => costOf(task, t, vm, isOn)));
}

function costOf(task: Task, t: number, vm: Vm, isOn: boolean): number {
  const { terms, discount, spilling } = task;
  if (!isOn) {
    const leaving = vm.mode === 'off' ? 0 : endOfLifeCost(terms, vm.mode === 'on', vm.age);
    return leaving + spilling[t]! + discount * leastCost(task, t + 1, { mode: 'off', age: 0, bootLeft: 0 });
  }
  const started = vm.mode === 'off' ? { age: 0, bootLeft: terms.bootIntervals } : vm;
  const bootLeft = started.bootLeft - 1;
  const next: Vm = { mode: bootLeft > 0 ? 'booting' : 'on', age: started.age + 1, bootLeft };
  const unserved = 1 - servingShare(started.bootLeft);
  return 1 + spilling[t]! * unserved + discount * leastCost(task, t + 1, next);
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

const discounts = fc.constantFrom(1, 0.97, 0.5);

/** Holds every advantage and every cost to go of a plan against brute force. */
function expectBruteForce(plan: LevelPlan, task: Task): void {
  for (let t = 0; t < task.spilling.length; t++) {
    for (let state = 0; state < plan.states; state++) {
      const vm = stateOf(state, plan, task.terms);
      const gain = leastCost(task, t, vm, false) - leastCost(task, t, vm, true);
      expect(plan.advantage[t * plan.states + state]).toBeCloseTo(gain, 3);
      expect(plan.costToGo[t * plan.states + state]).toBeCloseTo(leastCost(task, t, vm), 3);
    }
  }
}

describe('the clairvoyant plan of a level', () => {
  test('is the best of all sequences of on and off, from every state, where nothing is ever cold', () => {
    fc.assert(
      fc.property(uses, anyTerms, discounts, (demand, some, discount) => {
        const terms = { ...some, keepAliveIntervals: Number.POSITIVE_INFINITY };
        const plan = planLevel(episode(demand, terms), demand.length, 0, discount);
        expectBruteForce(plan, { terms, discount, spilling: demand.map((one) => terms.ratio * one) });
      }),
      { numRuns: 60 },
    );
  });

  test('counts cold starts as if the level had been off all the time, and is the best of all sequences then', () => {
    fc.assert(
      fc.property(uses, anyTerms, discounts, (demand, some, discount) => {
        const terms = { ...some, keepAliveIntervals: 1, coldIntervals: 0.3, coldFactor: 4 };
        const plan = planLevel(episode(demand, terms), demand.length, 0, discount);
        expectBruteForce(plan, { terms, discount, spilling: spillingAll(demand, terms) });
      }),
      { numRuns: 40 },
    );
  });

  test('boots ahead of the demand, by exactly the boot time', () => {
    const demand = [...new Array<number>(10).fill(0), ...new Array<number>(10).fill(1)];
    const { states, advantage } = planLevel(episode(demand, exampleTerms), demand.length, 0, 1);
    const launches = demand.map((_, t) => advantage[t * states]! > 0);
    expect(launches.indexOf(true)).toBe(10 - exampleTerms.bootIntervals);
    expect(launches.slice(7, 15)).toEqual(new Array(8).fill(true));
    expect(launches.at(-1)).toBe(false); // too late to serve anything
  });

  test('keeps a VM through a lull that is shorter than what a new boot would cost, and lets it go in a longer one', () => {
    const around = (lull: number) => [1, 1, ...new Array<number>(lull).fill(0), ...new Array<number>(9).fill(1)];
    const staysOn = (lull: number) => {
      const demand = around(lull);
      const { states, advantage } = planLevel(episode(demand, exampleTerms), demand.length, 0, 1);
      return advantage[2 * states + states - 1]! > 0;
    };
    // Staying costs the lull; going costs the drain and three intervals of a new boot, which fit into the lull.
    expect([1, 2, 3, 4, 5, 9].map(staysOn)).toEqual([true, true, true, false, false, false]);
  });

  test('launches only what pays for itself: some stretch of serving is worth more than it is billed', () => {
    fc.assert(
      fc.property(fc.array(use, { minLength: 1, maxLength: 40 }), anyTerms, (demand, some) => {
        const terms = { ...some, keepAliveIntervals: Number.POSITIVE_INFINITY };
        const { states, advantage } = planLevel(episode(demand, terms), demand.length, 0, 1);
        for (let t = 0; t < demand.length; t++) {
          if (advantage[t * states]! < 1e-3) continue;
          let saved = 0;
          const gains = demand.slice(t).map((one, age) => {
            saved += terms.ratio * one * servingShare(terms.bootIntervals - age);
            return saved - (age + 1);
          });
          expect(Math.max(...gains)).toBeGreaterThan(0);
        }
      }),
    );
  });

  test('never launches where work is no dearer elsewhere than on a full VM', () => {
    fc.assert(
      fc.property(fc.array(use, { minLength: 1, maxLength: 40 }), anyTerms, (demand, some) => {
        const terms = { ...some, ratio: Math.min(1, some.ratio), coldIntervals: 0 };
        const { states, advantage } = planLevel(episode(demand, terms), demand.length, 0, 1);
        for (let t = 0; t < demand.length; t++) expect(advantage[t * states]).toBeLessThan(1e-4);
      }),
    );
  });

  test('launches for the sake of a deadline what does not pay in money, where a miss is dear', () => {
    const demand = [0, 0, 0, 0, 0.3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.3];
    const terms = { ...exampleTerms, keepAliveIntervals: 2 };
    const gain = (missPrice: number) => {
      const { states, advantage } = planLevel(episode(demand, terms), demand.length, missPrice, 1);
      return advantage[1 * states]; // a boot ahead of the first demand
    };
    expect(gain(0)).toBeLessThan(0);
    expect(gain(1000)).toBeGreaterThan(0);
  });

  test('has a state for every level: off, so many intervals of its boot to go, on', () => {
    const terms = { ...exampleTerms, bootIntervals: 2.3 };
    const plan = planLevel(episode([1, 1, 1], terms), 3, 0, 1);
    expect(plan.boots).toBe(3);
    expect([planState(plan, terms, 0, 0), planState(plan, terms, 2, 0)]).toEqual([0, 4]);
    expect([2.3, 1.3, 0.3].map((left) => planState(plan, terms, 1, left))).toEqual([3, 2, 1]);
    expect([9, 0.01].map((left) => planState(plan, terms, 1, left))).toEqual([3, 1]); // a boot longer than foreseen, one as good as done
  });

  test('sees no demand beyond the end of the trace', () => {
    const { states, advantage } = planLevel(episode([0, 0], exampleTerms), 30, 0, 1);
    for (let t = 0; t < 30; t++) expect(advantage[t * states]).toBeLessThan(0);
  });
});
