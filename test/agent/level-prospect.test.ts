import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DemandHistory } from '../../agent/demand-history.ts';
import { LevelProspect } from '../../agent/level-prospect.ts';
import type { LevelPool, LevelTerms } from '../../agent/level-terms.ts';
import { precedents } from '../../agent/precedents.ts';
import { Random } from '../../env/random.ts';
import { LevelHorizon } from '../../policies/planning/level-horizon.ts';
import { ScenarioPrices } from '../../policies/planning/scenario-prices.ts';
import { binsPerInterval, exampleTerms, steady, wandering } from './example-levels.ts';

const off = { mode: 0, intervalsInMode: 5 };
const on = { mode: 2, intervalsInMode: 5 };

function times(count: number, rate: number): number[] {
  return new Array<number>(count).fill(rate);
}

function prospectOf(history: DemandHistory, terms: LevelTerms = exampleTerms, vmPerSecond = 1, served = 0) {
  const levels: LevelPool = { pool: 0, vmPerSecond, lineSlowdown: 0, terms };
  const prospect = new LevelProspect(levels, 60);
  prospect.look({ history, now: history.length, served, terms });
  return prospect;
}

test('a level that was always used is worth having, one that never was is not', () => {
  const prospect = prospectOf(steady(times(100, 3)));
  for (const state of [off, on]) {
    expect(prospect.gain(2, state)).toBeGreaterThan(0);
    expect(prospect.gain(3, state)).toBeLessThan(0);
  }
});

test('a level is worth launching after a rise that used to last, and not after one that used to be over at once', () => {
  /** Ends with the first minute of a rise, after seven that lasted so long. */
  const rises = (minutes: number) =>
    steady([...Array.from({ length: 7 }, () => [...times(50, 1), ...times(minutes, 2)]).flat(), ...times(50, 1), 2]);
  expect(prospectOf(rises(1)).gain(1, off)).toBeLessThan(0);
  expect(prospectOf(rises(20)).gain(1, off)).toBeGreaterThan(0);
});

test('it is the mean over what came after the precedents, each planned with hindsight as the planner mpc does', () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 0, max: 4 }),
      fc.integer({ min: 0, max: 2 }),
      fc.double({ min: 0.05, max: 5, noNaN: true }),
      (seed, length, level, delayIntervals, bootIntervals) => {
        const history = wandering(length, Random.seeded(seed), 2.5);
        const terms = { ...exampleTerms, delayIntervals, bootIntervals };
        const steps = Math.max(15, Math.ceil(5 * bootIntervals));
        const scenarios = precedents(history, 1440).map(({ interval, scale }) =>
          Array.from({ length: steps }, (_, step) => {
            const at = Math.min(length - 1, interval + 1 + delayIntervals + step) * binsPerInterval;
            return Array.from(history.bins.subarray(at, at + binsPerInterval), (rate) => rate * scale);
          }),
        );
        const horizonTerms = { ratio: terms.ratio, bootSteps: bootIntervals, drainSteps: terms.drainIntervals };
        const { price } = new ScenarioPrices(new LevelHorizon(horizonTerms, steps), scenarios, 'apart', 1e6);
        const prospect = prospectOf(history, terms);
        const booting = { mode: 1, intervalsInMode: 1 };
        for (const [state, left] of [
          [off, bootIntervals],
          [on, 0],
          [booting, Math.max(bootIntervals / 10, bootIntervals - 1)],
        ] as const) {
          const planned = price(level, left);
          expect(prospect.gain(level, state)).toBeCloseTo(planned.without - planned.with, 4);
        }
      },
    ),
  );
});

test('it depends on the demand in VMs alone, whatever one VM serves, and counts from what others serve', () => {
  const history = wandering(300, Random.seeded(7), 3);
  const small = prospectOf(history);
  const rates = Array.from(history.bins.subarray(0, 300 * binsPerInterval), (rate) => 64 * rate);
  const scaled = prospectOf(DemandHistory.of(Float32Array.from(rates), binsPerInterval), exampleTerms, 64);
  const above = prospectOf(history, exampleTerms, 1, 2);
  for (const state of [off, on]) {
    for (let level = 0; level < 6; level++) {
      expect(scaled.gain(level, state)).toBeCloseTo(small.gain(level, state), 6);
      expect(above.gain(level, state)).toBeCloseTo(small.gain(level + 2, state), 9);
    }
  }
});

test('the nearer a level is to serving, the more it gains', () => {
  const prospect = prospectOf(steady(times(100, 3)), { ...exampleTerms, bootIntervals: 4 });
  const booting = (intervalsInMode: number) => prospect.gain(2, { mode: 1, intervalsInMode });
  const rising = [prospect.gain(2, off), booting(1), booting(2), booting(3), prospect.gain(2, on)];
  expect(rising.toSorted((a, b) => a - b)).toEqual(rising);
  expect(booting(9)).toBe(booting(3)); // a boot that takes longer than foreseen is as good as done
});

test('it goes by the price that is in force, and by the work that no smaller variant spares', () => {
  const history = wandering(300, Random.seeded(3), 3);
  const levels: LevelPool = { pool: 0, vmPerSecond: 1, lineSlowdown: 0, terms: exampleTerms };
  const gains = (prospect: LevelProspect) =>
    [0, 1, 2, 3, 4].flatMap((level) => [prospect.gain(level, off), prospect.gain(level, on)]);
  const cheaper = { ...exampleTerms, ratio: 2 };
  const moved = new LevelProspect(levels, 60);
  for (const terms of [exampleTerms, cheaper]) moved.look({ history, now: 300, served: 0, terms });
  expect(gains(moved)).toEqual(gains(prospectOf(history, cheaper)));
  const sparing = new LevelProspect(levels, 60);
  sparing.look({ history, now: 300, served: 0, terms: exampleTerms, sparedShare: 0.5 });
  const halved = gains(prospectOf(history, exampleTerms, 2));
  for (const [index, gain] of gains(sparing).entries()) expect(gain).toBeCloseTo(halved[index]!, 9);
});
