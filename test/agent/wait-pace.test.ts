import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WaitPace } from '../../agent/wait-pace.ts';
import type { Observation } from '../../env/types.ts';
import { exampleProfile, observation } from '../policies/example-service.ts';

const { slo, decisionSeconds } = exampleProfile;
const allowed = 1 - slo.attainment;
const hour = 3600 / decisionSeconds;
/** The middle variant at 1 GB: 100 ms on a VM and on Lambda, well within the deadlines of 500 and 2000 ms. */
const choice = { variant: 1, pool: 0, tier: 1 };
/** A line of 0.2 seconds slows a VM that serves ten a second by a fifth. */
const contended = exampleProfile.pools.map((pool) => ({ ...pool, contention: 0.1 }));

/** What the classes behind the first missed, and the first. */
function seen(missed: number | null, { rates = 100, first = 0 } = {}): Observation {
  const signal = (share: number | null) => (share === null ? null : { value: 1 - share, ageSeconds: 0 });
  return {
    ...observation({ rates }),
    attainment: slo.classes.map((_, index) => signal(missed === null ? null : index === 0 ? first : missed)),
  };
}

function after(...intervals: readonly Observation[]): readonly number[] {
  const pace = new WaitPace(exampleProfile, choice);
  for (const one of intervals) pace.observe(one);
  return pace.shares;
}

/** The share of the class that others may overtake. */
const behind = (...intervals: readonly Observation[]) => after(...intervals).at(-1)!;

const repeated = (times: number, one: Observation) => Array.from({ length: times }, () => one);

test('begins where the rules are, at half of the slack', () => {
  for (const share of after()) expect(share).toBeCloseTo(0.5, 12);
});

test('requests wait for all the slack where nobody is late, and those behind others for a tenth of it where the promise is missed by their waits', () => {
  expect(after(...repeated(2 * hour, seen(0)))).toEqual(slo.classes.map(() => 1));
  expect(behind(...repeated(hour, seen(6 * allowed)))).toBe(0.1);
});

test('the class that is served first waits at least for half of its slack, whoever is late', () => {
  expect(after(...repeated(hour, seen(6 * allowed)))[0]).toBe(0.5);
  expect(after(...repeated(hour, seen(6 * allowed, { first: 6 * allowed })))[0]).toBe(0.5);
});

test('where the first class by itself leaves nothing of the promise, the others wait as with rules again', () => {
  const [none, most, nearly, all] = [0, 0.7, 0.95, 3].map((times) =>
    behind(...repeated(12 * hour, seen(6 * allowed, { first: times * allowed }))),
  );
  expect([none, most]).toEqual([0.1, 0.1]);
  expect(nearly).toBeGreaterThan(0.2);
  expect(nearly).toBeLessThan(0.45);
  expect(all).toBe(0.5);
});

test('behind a router that spends misses itself all waits are shortened, until the first class misses more than the router may spend', () => {
  const after = (first: number) => {
    const pace = new WaitPace({ ...exampleProfile, budgets: { accuracy: false, misses: true } }, choice);
    for (const one of repeated(12 * hour, seen(6 * allowed, { first }))) pace.observe(one);
    return pace.shares;
  };
  expect(after(0.7 * allowed)).toEqual(slo.classes.map(() => 0.1));
  expect(after(6 * allowed)).toEqual(slo.classes.map(() => 0.5));
});

test('where those who wait slow down those who are served no wait is longer than one whose full line slows them by a fifth, whatever is left of the misses', () => {
  const pace = new WaitPace({ ...exampleProfile, pools: contended }, choice);
  const light = [0.5, 0.11]; // of 400 and 1900 ms
  expect(pace.shares).toEqual(light);
  for (const one of repeated(24 * hour, seen(0))) pace.observe(one);
  expect(pace.shares).toEqual(light);
});

test('there the first class shows nothing of whose the misses are: all waits are shortened', () => {
  const pace = new WaitPace({ ...exampleProfile, pools: contended }, choice);
  for (const one of repeated(hour, seen(6 * allowed, { first: 6 * allowed }))) pace.observe(one);
  expect(pace.shares).toEqual([0.1, 0.1]);
});

test('the more each who waits slows them, the shorter the waits', () => {
  const sharesAt = (contention: number) => {
    const pools = exampleProfile.pools.map((pool) => ({ ...pool, contention }));
    return new WaitPace({ ...exampleProfile, pools }, choice).shares;
  };
  expect([0.02, 0.1, 0.2, 0.4].map((one) => sharesAt(one)[1])).toEqual([0.5, 0.11, 0.05, 0.03]);
});

test('a class that Lambda serves too late waits as with rules at least, whoever is late and whatever the router spends', () => {
  for (const part of [{}, { budgets: { accuracy: false, misses: true } }, { pools: contended }]) {
    const sharesAt = (ms: number | null) => {
      const lambda = { ...exampleProfile.lambda, serviceMs: exampleProfile.lambda.serviceMs.map(() => [ms, ms]) };
      const pace = new WaitPace({ ...exampleProfile, ...part, lambda, serviceCv: 0.4 }, choice);
      for (const one of repeated(hour, seen(6 * allowed))) pace.observe(one);
      return pace.shares;
    };
    const [first, second] = sharesAt(400); // a service longer than its mean by a quarter is late in the first class
    expect(first).toBe(0.5);
    expect(second).toBeLessThan(0.2);
    expect(sharesAt(1500)).toEqual([0.5, 0.5]);
    expect(sharesAt(null)).toEqual([0.5, 0.5]);
  }
});

test('waits are longer than with rules only as far as the account covers a bad interval: within minutes for one in a hundred, after hours for one in a thousand', () => {
  const [hundredth, thousandth] = [0.99, 0.999].map((attainment) => {
    const pace = new WaitPace({ ...exampleProfile, slo: { ...slo, attainment } }, choice);
    return [1, 6, 24].map((hours) => {
      for (const one of repeated(hours * hour, seen(0))) pace.observe(one);
      return pace.shares[0]!;
    });
  });
  expect(hundredth).toEqual([1, 1, 1]);
  expect(thousandth![0]).toBeGreaterThan(0.5);
  expect(thousandth![0]).toBeLessThan(0.8);
  expect(thousandth![2]).toBe(1);
});

test('a burst of misses is paid back by hours in which few are late', () => {
  const burst = repeated(10, seen(30 * allowed));
  const shares = [1, 4, 12].map((hours) => behind(...burst, ...repeated(hours * hour, seen(0))));
  expect(shares[0]).toBe(0.1);
  expect(shares[1]).toBeLessThan(shares[2]!);
  expect(shares[2]).toBeGreaterThan(0.5);
});

test('an interval with few requests counts little', () => {
  const busy = repeated(hour, seen(0));
  expect(behind(...busy, seen(1, { rates: 0.1 }))).toBeGreaterThan(behind(...busy, seen(1)));
});

test('what is absent says nothing', () => {
  const blind = { ...observation({ rates: 100 }), arrivals: null };
  expect(behind(...repeated(hour, seen(null)), ...repeated(hour, blind))).toBeCloseTo(0.5, 12);
});

const share = fc.double({ min: 0, max: 1, noNaN: true });

test('more misses of those behind never lengthen a wait; all stay between a tenth and all of the slack', () => {
  const property = fc.property(fc.array(fc.tuple(share, share), { maxLength: 60 }), share, (history, more) => {
    const shares = after(...history.map(([missed, first]) => seen(missed, { first })));
    const fewer = after(...history.map(([missed, first]) => seen(Math.max(missed, more), { first })));
    for (const [index, one] of shares.entries()) {
      expect(one).toBeGreaterThanOrEqual(index === 0 ? 0.5 : 0.1);
      expect(one).toBeLessThanOrEqual(1);
      expect(fewer[index]!).toBeLessThanOrEqual(one + 1e-12);
    }
  });
  fc.assert(property);
});

test('whatever is missed, the wait of the first class is not the shortest', () => {
  const property = fc.property(fc.array(fc.tuple(share, share), { maxLength: 60 }), (history) => {
    const [first, ...others] = after(...history.map(([missed, mine]) => seen(missed, { first: mine })));
    for (const other of others) expect(other).toBeLessThanOrEqual(first!);
  });
  fc.assert(property);
});

test('the sentence says how long who waits, and whose the misses are', () => {
  const pace = new WaitPace(exampleProfile, choice);
  for (const one of repeated(hour, seen(6 * allowed))) pace.observe(one);
  const { name } = slo.classes[0]!;
  expect(pace.sentence).toMatch(
    new RegExp(
      `may wait for 10 % of their slack \\(${name}: 50 %\\), with \\d+ % of the allowed misses spent \\(${name}: 0 %\\)$`,
    ),
  );
});

test('of a service with one class the sentence names none', () => {
  const alone = { ...exampleProfile, slo: { ...slo, classes: [{ ...slo.classes[0]!, share: 1 }] } };
  expect(new WaitPace(alone, choice).sentence).toBe(
    '; requests may wait for 50 % of their slack, with 75 % of the allowed misses spent',
  );
});
