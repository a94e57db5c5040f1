import fc from 'fast-check';
import { expect, test } from 'vitest';
import { missPrice } from '../../agent/miss-price.ts';
import { WaitPace } from '../../agent/wait-pace.ts';
import type { ServiceProfile } from '../../env/types.ts';
import { exampleProfile, observation } from '../policies/example-service.ts';

const choice = { variant: 1, pool: 0, tier: 1 };
const allowed = 1 - exampleProfile.slo.attainment;

/** Lambda takes 450 ms, more or less: of the first class, whose deadline is 500 ms, more is late than is promised. */
const slow: ServiceProfile = {
  ...exampleProfile,
  serviceCv: 0.4,
  lambda: { ...exampleProfile.lambda, serviceMs: exampleProfile.lambda.serviceMs.map(() => [600, 450]) },
};

/** After two hours in which the first class missed so many times what is allowed, and the others nothing. */
function priceAfter(times: number, profile: ServiceProfile): number {
  const pace = new WaitPace(profile, choice);
  for (let minute = 0; minute < 120; minute++) {
    const attainment = [1 - times * allowed, 1].map((value) => ({ value, ageSeconds: 0 }));
    pace.observe({ ...observation({ rates: 100 }), attainment });
  }
  return pace.missPrice;
}

test('what is late on Lambda has a price once it takes more than waits leave, and none any more where nothing keeps the promise', () => {
  expect(missPrice(0.5, 0.5, 0.6)).toBe(0);
  expect(missPrice(0.75, 0.5, 0.9)).toBeCloseTo(0.5, 12);
  expect(missPrice(2, 0.5, 2)).toBe(1);
  expect(missPrice(20, 0.5, 20)).toBe(0);
  const number = fc.double({ min: 0, max: 30, noNaN: true });
  fc.assert(
    fc.property(
      number,
      number,
      number,
      fc.double({ min: 0.5, max: 0.9, noNaN: true }),
      (one, other, spent, tolerated) => {
        const [less, more] = [Math.min(one, other), Math.max(one, other)];
        expect(missPrice(less, tolerated, spent)).toBeLessThanOrEqual(missPrice(more, tolerated, spent));
        expect(missPrice(more, tolerated, spent)).toBeLessThanOrEqual(1);
      },
    ),
  );
});

test('work on Lambda is priced higher while Lambda is what breaks the promise', () => {
  const [none, some, more, hopeless] = [0, 1.6, 2.4, 40].map((times) => priceAfter(times, slow));
  expect([none, hopeless]).toEqual([0, 0]);
  expect(some).toBeGreaterThan(0);
  expect(more).toBeGreaterThan(some!);
});

test('it is not where Lambda serves as many in time as is promised, nor where those who wait make the first class late', () => {
  expect(priceAfter(2.4, exampleProfile)).toBe(0);
  const pools = slow.pools.map((pool) => ({ ...pool, contention: 0.1 }));
  expect(priceAfter(2.4, { ...slow, pools })).toBe(0);
});
