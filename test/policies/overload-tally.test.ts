import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Observation } from '../../env/types.ts';
import { OverloadTally } from '../../policies/overload-tally.ts';
import { observation } from './example-service.ts';

const inForce = 0.8;
const smaller = 0.7;
const rate = 100;

/** An interval with so large a share of the answers by the smaller variant, and of the requests spilled. */
function seen(smallerShare: number | null, spilledShare: number | null): Observation {
  const accuracy = smallerShare === null ? null : inForce - smallerShare * (inForce - smaller);
  return {
    ...observation({ rates: rate }),
    accuracy: accuracy === null ? null : { value: accuracy, ageSeconds: 0 },
    spilledPerSecond: spilledShare === null ? null : { value: spilledShare * rate, ageSeconds: 0 },
  };
}

function after(times: number, one: Observation): OverloadTally {
  const tally = new OverloadTally(inForce, smaller, 0.5, 60);
  for (let time = 0; time < times; time++) tally.observe(one);
  return tally;
}

test('an overload that the smaller variant answers counts as answered, one that spills does not', () => {
  expect(new OverloadTally(inForce, smaller, 0.5, 60).answeredShare).toBe(1);
  expect(after(600, seen(0.4, 0)).answeredShare).toBe(1);
  expect(after(600, seen(0, 0.5)).answeredShare).toBeLessThan(0.02);
});

test('half answered is as good as all: 0.2 of the work spared by 0.4 of the answers, beside 0.2 and 0.6 spilled', () => {
  expect(after(600, seen(0.4, 0.2)).answeredShare).toBe(1);
  expect(after(600, seen(0.4, 0.6)).answeredShare).toBeCloseTo(0.5, 1);
});

test('what spilled is forgotten by half in an hour', () => {
  const tally = after(600, seen(0, 0.5));
  for (let minute = 0; minute < 600; minute++) tally.observe(seen(0.1, 0.001));
  expect(tally.answeredShare).toBe(1);
});

test('a single short burst that spills changes next to nothing', () => {
  const tally = after(120, seen(0.2, 0));
  tally.observe(seen(0.2, 0.3));
  expect(tally.answeredShare).toBe(1);
});

test('what is absent says nothing, and the share stays within 0 and 1', () => {
  const part = fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: null });
  fc.assert(
    fc.property(fc.array(fc.tuple(part, part), { maxLength: 50 }), (intervals) => {
      const tally = after(0, seen(0, 0));
      for (const [small, spilled] of intervals) tally.observe(seen(small, spilled));
      expect(tally.answeredShare).toBeGreaterThanOrEqual(0);
      expect(tally.answeredShare).toBeLessThanOrEqual(1);
      tally.observe({ ...seen(0.1, 0.1), arrivals: null });
    }),
  );
  const tally = after(600, seen(0, 0.5));
  const before = tally.answeredShare;
  for (const partly of [seen(0.5, null), seen(null, 0.5), { ...seen(0.5, 0.5), arrivals: null }]) {
    tally.observe(partly);
    expect(tally.answeredShare).toBe(before);
  }
});

test('a router that spills without the smaller variant has no credit; one that uses it, or hardly spills, may have', () => {
  const isWithoutCredit = (one: Observation) => after(1, one).isWithoutCredit;
  expect(isWithoutCredit(seen(0, 0.1))).toBe(true);
  expect(isWithoutCredit(seen(0.5, 0.1))).toBe(false);
  expect(isWithoutCredit(seen(0, 0.01))).toBe(false);
  expect(isWithoutCredit(seen(null, 0.1))).toBe(false);
  expect(isWithoutCredit({ ...seen(0, 0.1), arrivals: null })).toBe(false);
});
