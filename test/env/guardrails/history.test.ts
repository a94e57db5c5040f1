import fc from 'fast-check';
import { expect, test } from 'vitest';
import { History, longestWindowSeconds } from '../../../env/guardrails/history.ts';
import { actionOf, profile } from '../../controller/fakes.ts';
import { seen } from './stage.ts';

const vms = fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 }));
const step = fc.record({ afterSeconds: fc.integer({ min: 1, max: 20_000 }), wanted: vms, made: vms, there: vms });

test('remembers of a day what was wanted, launched and taken away, and nothing older', () => {
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 1, maxLength: 30 }),
      fc.integer({ min: 1, max: 86_400 }),
      (steps, window) => {
        const history = new History(profile);
        let timeSeconds = 0;
        const told = steps.map(({ afterSeconds, wanted, made, there }) => {
          timeSeconds += afterSeconds;
          const observation = { ...seen(there[0], there[1]), timeSeconds };
          history.saw(observation, actionOf(wanted[0], wanted[1]));
          history.did(observation, actionOf(made[0], made[1]));
          return { timeSeconds, wanted, change: made.map((count, pool) => count - there[pool]!) };
        });
        const from = timeSeconds - window;
        const recent = told.filter((one) => one.timeSeconds > from);
        const most = (pool: number) => Math.max(0, ...recent.map(({ wanted }) => wanted[pool]!));
        const sum = (sign: number) =>
          recent.flatMap(({ change }) => change).reduce((total, one) => total + Math.max(0, sign * one), 0);
        expect(history.mostWantedSince(from)).toEqual([most(0), most(1)]);
        expect(history.launchesSince(from)).toBe(sum(1));
        expect(history.removalsSince(from)).toBe(sum(-1));
        const day = told.filter((one) => one.timeSeconds > timeSeconds - longestWindowSeconds);
        const needs = day.map(({ wanted }) => wanted[0]).sort((a, b) => a - b);
        expect(history.usuallyNeeded()![0]).toBe(needs[Math.ceil(0.95 * needs.length) - 1]);
      },
    ),
  );
});
