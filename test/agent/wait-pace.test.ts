import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WaitPace } from '../../agent/wait-pace.ts';
import type { Observation } from '../../env/types.ts';
import { exampleProfile, observation } from '../policies/example-service.ts';

const { slo, decisionSeconds } = exampleProfile;
const allowed = 1 - slo.attainment;
const hour = 3600 / decisionSeconds;

function seen(missed: number | null, rates = 100): Observation {
  const one = missed === null ? null : { value: 1 - missed, ageSeconds: 0 };
  return { ...observation({ rates }), attainment: slo.classes.map(() => one) };
}

function after(...intervals: readonly Observation[]): number {
  const pace = new WaitPace(exampleProfile);
  for (const one of intervals) pace.observe(one);
  return pace.share;
}

const repeated = (times: number, one: Observation) => Array.from({ length: times }, () => one);

test('begins where the rules are, at half of the slack', () => {
  expect(after()).toBeCloseTo(0.5, 12);
});

test('requests wait for all the slack where nobody is late, and not at all where the promise is missed', () => {
  expect(after(...repeated(2 * hour, seen(0)))).toBe(1);
  expect(after(...repeated(hour, seen(3 * allowed)))).toBe(0);
});

test('a burst of misses is paid back by hours in which few are late', () => {
  const burst = repeated(10, seen(15 * allowed));
  const shares = [1, 4, 12].map((hours) => after(...burst, ...repeated(hours * hour, seen(0))));
  expect(shares[0]).toBe(0);
  expect(shares[1]).toBeLessThan(shares[2]!);
  expect(shares[2]).toBeGreaterThan(0.5);
});

test('an interval with few requests counts little', () => {
  const busy = repeated(hour, seen(0));
  expect(after(...busy, seen(1, 0.1))).toBeGreaterThan(after(...busy, seen(1, 100)));
});

test('what is absent says nothing', () => {
  const blind = { ...observation({ rates: 100 }), arrivals: null };
  expect(after(...repeated(hour, seen(null)), ...repeated(hour, blind))).toBeCloseTo(0.5, 12);
});

test('more misses never lengthen the waits, which stay between none and all of the slack', () => {
  const misses = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 60 });
  const property = fc.property(misses, fc.double({ min: 0, max: 1, noNaN: true }), (history, more) => {
    const worse = history.map((missed) => Math.max(missed, more));
    const [share, less] = [history, worse].map((one) => after(...one.map((missed) => seen(missed))));
    expect(share).toBeGreaterThanOrEqual(0);
    expect(share).toBeLessThanOrEqual(1);
    expect(less!).toBeLessThanOrEqual(share! + 1e-12);
  });
  fc.assert(property);
});
