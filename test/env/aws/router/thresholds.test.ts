import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { settingIn, settingsOf, thresholdCommands } from '../../../../env/aws/router/thresholds.ts';
import { neverSpills } from '../../../../env/deployment/router-layout.ts';
import { profile } from './example.ts';

/**
 * Whether a request that finds no free slot and `waiting` requests before it is sent to Lambda, where stricter classes leave so many
 * `slots`; the arithmetic of the generated rules, in whole microseconds. A wait of 0 spills whenever no slot is free.
 */
function spills(
  entry: string,
  line: { readonly waiting: number; readonly serviceMs: number; readonly slots: number },
): boolean {
  if (line.slots === 0) return true;
  if (entry === neverSpills) return false;
  const us = Math.ceil(line.serviceMs * 1000);
  return Math.ceil(((line.waiting + 1) * us) / line.slots) > Number(entry) * 1000;
}

const entryOf = (waitMs: number | null) =>
  settingsOf({ variant: 0, spillover: { maxWaitMs: [waitMs, 0] } }, profile).get('wait/strict')!;

const wait = fc.double({ min: 0, max: 1e7, noNaN: true });
const line = fc.record({
  waiting: fc.nat(10_000),
  serviceMs: fc.double({ min: 0.1, max: 10_000, noNaN: true }),
  slots: fc.integer({ min: 1, max: 2000 }),
});

test('an action becomes the name of its variant and a wait per class', () => {
  const action = { variant: 1, spillover: { maxWaitMs: [12.9, null] } };
  expect([...settingsOf(action, profile)]).toEqual([
    ['variant', 'medium'],
    ['wait/strict', '12'],
    ['wait/relaxed', neverSpills],
  ]);
});

test('what a map says is read as the action that it was made of', () => {
  const waits = fc.tuple(fc.option(fc.nat(80_000_000)), fc.option(fc.nat(80_000_000)));
  fc.assert(
    fc.property(fc.nat(profile.variants.length - 1), waits, (variant, maxWaitMs) => {
      const setting = { variant, spillover: { maxWaitMs } };
      expect(settingIn(settingsOf(setting, profile), profile)).toEqual(setting);
    }),
  );
  expect(settingIn(new Map([['variant', 'of another profile']]), profile)).toBeNull();
});

describe('no threshold spills less than was asked:', () => {
  test('whoever would wait longer than the action allows goes to Lambda', () => {
    fc.assert(
      fc.property(wait, line, (waitMs, at) => {
        const expectedMs = ((at.waiting + 1) * at.serviceMs) / at.slots;
        // Beyond the last digits of the two divisions.
        fc.pre(expectedMs > waitMs * (1 + 1e-12));
        expect(spills(entryOf(waitMs), at)).toBe(true);
      }),
    );
  });
  test('a shorter wait spills whatever a longer one spills', () => {
    fc.assert(
      fc.property(wait, wait, line, (one, other, at) => {
        const [shorter, longer] = [Math.min(one, other), Math.max(one, other)];
        if (spills(entryOf(longer), at)) expect(spills(entryOf(shorter), at)).toBe(true);
      }),
    );
  });
  test('a longer line spills whatever a shorter one spills', () => {
    fc.assert(
      fc.property(wait, line, fc.nat(100), (waitMs, at, more) => {
        if (!spills(entryOf(waitMs), at)) return;
        expect(spills(entryOf(waitMs), { ...at, waiting: at.waiting + more })).toBe(true);
      }),
    );
  });
  test('a wait of 0 spills whenever no slot is free, and null never, as long as there are slots', () => {
    fc.assert(
      fc.property(line, (at) => {
        expect(spills(entryOf(0), at)).toBe(true);
        expect(spills(entryOf(null), at)).toBe(false);
        expect(spills(entryOf(null), { ...at, slots: 0 })).toBe(true);
      }),
    );
  });
});

test('only what differs is said, and a key that is not there is added', () => {
  const inForce = new Map([
    ['variant', 'medium'],
    ['wait/strict', '0'],
  ]);
  const wished = settingsOf({ variant: 1, spillover: { maxWaitMs: [5, 7] } }, profile);
  expect(thresholdCommands('/m', wished, inForce)).toEqual(['set map /m wait/strict 5', 'add map /m wait/relaxed 7']);
  expect(thresholdCommands('/m', wished, wished)).toEqual([]);
});
