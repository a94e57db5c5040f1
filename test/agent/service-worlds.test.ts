import { describe, expect, test } from 'vitest';
import { DemandHistory } from '../../agent/demand-history.ts';
import { serviceFeatures } from '../../agent/service-features.ts';
import { serviceHeads, serviceOptionCount, usualOptions } from '../../agent/service-options.ts';
import { serviceLessons } from '../../agent/service-teacher.ts';
import { ServiceWorlds } from '../../agent/service-worlds.ts';
import type { WorldsStep } from '../../agent/worlds.ts';
import { Random } from '../../env/random.ts';
import type { ServiceProfile } from '../../env/types.ts';
import { examplePool, examplePrices, exampleProfile, withRouter } from '../policies/example-service.ts';
import { wandering } from './example-levels.ts';

function worldsOf(
  count: number,
  seed: number,
  profile: ServiceProfile = exampleProfile,
  intervals = 400,
): ServiceWorlds {
  const histories = [1, 2].map((one) => wandering(intervals, Random.seeded(one)));
  const set = { histories, weights: [1, 1] };
  return new ServiceWorlds({ profile, prices: examplePrices, set, meanVms: [2, 30] }, count, Random.seeded(seed));
}

function emptyStep(count: number): WorldsStep {
  return {
    rewards: new Float32Array(count),
    violations: new Float32Array(count),
    truncated: new Uint8Array(count),
    finalObservations: new Float32Array(count * serviceFeatures.length),
  };
}

function observed(worlds: ServiceWorlds): Float32Array {
  const into = new Float32Array(worlds.count * worlds.observationSize).fill(Number.NaN);
  worlds.observe(into);
  return into;
}

function masked(worlds: ServiceWorlds): Uint8Array {
  const into = new Uint8Array(worlds.count * serviceOptionCount);
  worlds.mask(into);
  return into;
}

/** For every head an option that is allowed, by chance. */
function drawAllowed(mask: Uint8Array, count: number, dice: Random): Int32Array {
  const actions = new Int32Array(count * serviceHeads.length);
  for (let world = 0; world < count; world++) {
    let offset = world * serviceOptionCount;
    for (const [head, size] of serviceHeads.entries()) {
      const allowed = Array.from({ length: size }, (_, option) => option).filter(
        (option) => mask[offset + option] === 1,
      );
      actions[world * serviceHeads.length + head] = allowed[dice.below(allowed.length)]!;
      offset += size;
    }
  }
  return actions;
}

const usual = (count: number) => Int32Array.from({ length: 3 * count }, (_, at) => usualOptions[at % 3]!);

function story(seed: number, profile: ServiceProfile): number[] {
  const worlds = worldsOf(4, seed, profile);
  const dice = Random.seeded(9);
  const result = emptyStep(4);
  const told: number[] = [];
  for (let step = 0; step < 130; step++) {
    told.push(...observed(worlds));
    worlds.step(drawAllowed(masked(worlds), 4, dice), result);
    told.push(...result.rewards, ...result.violations, ...result.truncated);
  }
  return told;
}

const routers: [string, ServiceProfile][] = [
  ['overflow', exampleProfile],
  ['weights', withRouter('weights')],
];

describe.each(routers)('services behind a router by %s', (_, profile) => {
  test('the same seed gives the same worlds, another seed others; and everything is a number', () => {
    const told = story(1, profile);
    expect(story(1, profile)).toEqual(told);
    expect(story(2, profile)).not.toEqual(told);
    expect(told.every(Number.isFinite)).toBe(true);
  });

  test('what the rules take is rewarded by nothing and misses nothing beyond: the arrivals are common to both', () => {
    const worlds = worldsOf(6, 3, profile);
    const result = emptyStep(6);
    for (let step = 0; step < 130; step++) {
      worlds.step(usual(6), result);
      expect([...result.rewards]).toEqual(new Array(6).fill(0));
      expect([...result.violations]).toEqual(new Array(6).fill(0));
    }
  });
});

test('shows and pays nothing but numbers, to the largest fleets in the worst overload', () => {
  const surge = new Float32Array(50 * 6).map((_, bin) => (bin < 120 ? 0.2 : 3));
  const set = { histories: [DemandHistory.of(surge, 6)], weights: [1] };
  const worlds = new ServiceWorlds(
    {
      profile: { ...exampleProfile, pools: [{ ...examplePool, max: 1000 }] },
      prices: examplePrices,
      set,
      meanVms: [400, 400],
    },
    4,
    Random.seeded(1),
  );
  const result = emptyStep(4);
  for (let step = 0; step < 50; step++) {
    expect(observed(worlds).every(Number.isFinite), `step ${step}`).toBe(true);
    worlds.step(usual(4), result);
    expect([...result.rewards, ...result.violations].every(Number.isFinite)).toBe(true);
  }
});

test('anything else is not: dearer options cost, cheaper ones pay', () => {
  const sums = [1, 3].map((variant) => {
    const worlds = worldsOf(10, 4);
    const result = emptyStep(10);
    let sum = 0;
    for (let step = 0; step < 100; step++) {
      worlds.step(
        usual(10).map((option, at) => (at % 3 === 0 ? variant : option)),
        result,
      );
      sum += result.rewards.reduce((total, one) => total + one, 0);
    }
    return sum;
  });
  expect(sums[0]).toBeGreaterThan(1); // the smaller variant spills less, and what it spills is cheaper
  expect(sums[1]).toBeLessThan(-1);
});

test('episodes are cut after a fixed time or at the end of the trace, with what would have been seen next', () => {
  for (const [intervals, length] of [
    [400, 120],
    [50, 50],
  ] as const) {
    const worlds = worldsOf(3, 5, exampleProfile, intervals);
    const result = emptyStep(3);
    for (let step = 1; step <= 250; step++) {
      worlds.step(usual(3), result);
      expect([...result.truncated]).toEqual(new Array(3).fill(step % length === 0 ? 1 : 0));
      expect(observed(worlds).every(Number.isFinite)).toBe(true);
      if (step % length !== 0) continue;
      expect(result.finalObservations.every(Number.isFinite)).toBe(true);
      expect(result.finalObservations).not.toEqual(observed(worlds)); // others have begun
    }
  }
});

test('a variant below the floor is never allowed where there is no credit', () => {
  const worlds = worldsOf(20, 6);
  const result = emptyStep(20);
  const credit = serviceFeatures.indexOf('accuracy credit');
  let broke = 0;
  let rich = 0;
  for (let step = 0; step < 120; step++) {
    const seen = observed(worlds);
    const mask = masked(worlds);
    const actions = usual(20);
    for (let world = 0; world < 20; world++) {
      const isAllowed = mask[world * serviceOptionCount + 1] === 1;
      if (seen[world * serviceFeatures.length + credit] === 0) {
        broke++;
        expect(isAllowed).toBe(false);
      }
      if (isAllowed) {
        rich++;
        actions[3 * world] = 1;
      }
    }
    worlds.step(actions, result);
  }
  expect(broke).toBeGreaterThan(50);
  expect(rich).toBeGreaterThan(50);
});

test('lessons are what thrift does in the worlds: every label allowed, every row seen', () => {
  const lessons = serviceLessons(worldsOf(8, 7), 20);
  expect(lessons.weights).toHaveLength(160);
  expect(lessons.observations.every(Number.isFinite)).toBe(true);
  const variants = new Set<number>();
  for (let row = 0; row < 160; row++) {
    let offset = row * serviceOptionCount;
    for (const [head, size] of serviceHeads.entries()) {
      expect(lessons.masks[offset + lessons.labels[row * 3 + head]!]).toBe(1);
      offset += size;
    }
    variants.add(lessons.labels[row * 3]!);
  }
  expect([...variants].sort()).toEqual([1, 2, 3]);
});
