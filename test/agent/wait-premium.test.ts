import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WaitPremium } from '../../agent/wait-premium.ts';
import type { Observation } from '../../env/types.ts';
import { examplePrices, exampleProfile, observation } from '../policies/example-service.ts';

/** The middle variant at 1 GB: a VM serves 10 requests a second for a cent, Lambda one for a fifth of a cent. */
const premium = () => new WaitPremium(exampleProfile, examplePrices, 1, 1);

function seen(rates: readonly number[], ready: number, spilled: number | null): Observation {
  const spilledPerSecond = spilled === null ? null : { value: spilled, ageSeconds: 0 };
  return { ...observation({ rates, ready }), spilledPerSecond };
}

function shareAfter(times: number, one: Observation): number {
  const those = premium();
  for (let time = 0; time < times; time++) those.observe(one);
  return those.share;
}

test('what spills though the VMs could serve it in the bin is the premium: 10 of 100 requests a second, beside 12 VMs', () => {
  // 12 cents for VMs and 2 for Lambda, all of which a little patience would have saved.
  expect(shareAfter(5, seen([100, 100], 12, 10))).toBeCloseTo(2 / 14, 9);
});

test('what is too much for the VMs in a bin is none, even where other bins are idle', () => {
  expect(shareAfter(5, seen([120, 120], 10, 20))).toBe(0);
  expect(shareAfter(5, seen([0, 140], 10, 20))).toBe(0);
  expect(shareAfter(5, seen([0, 140], 10, 30))).toBeGreaterThan(0);
});

test('fades to half in an hour', () => {
  const those = premium();
  for (let minute = 0; minute < 600; minute++) those.observe(seen([100], 12, 10));
  const before = those.share;
  for (let minute = 0; minute < 60; minute++) those.observe(seen([100], 12, 0));
  expect(those.share / before).toBeGreaterThan(0.5);
  expect(those.share / before).toBeLessThan(0.58);
});

test('what is absent says nothing; the share is never below 0 nor above 1', () => {
  const rate = fc.double({ min: 0, max: 500, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(rate, fc.nat(60), fc.option(rate, { nil: null })), { maxLength: 30 }), (all) => {
      const those = premium();
      for (const [arrived, ready, spilled] of all) {
        const before = those.share;
        those.observe(seen([arrived], ready, spilled === null ? null : Math.min(arrived, spilled)));
        if (spilled === null) expect(those.share).toBe(before);
        expect(those.share).toBeGreaterThanOrEqual(0);
        expect(those.share).toBeLessThanOrEqual(1);
      }
      expect(premium().share).toBe(0);
    }),
  );
});
