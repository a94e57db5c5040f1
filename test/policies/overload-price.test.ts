import { describe, expect, test } from 'vitest';
import type { Observation, ServiceProfile } from '../../env/types.ts';
import { OverloadPrice } from '../../policies/overload-price.ts';
import { exampleProfile, observation } from './example-service.ts';

const floor = 0.77;
const rate = 50;
const onLambda = 4;

/** A larger variant is in force; the smaller one spends 0.04 of credit an answer. */
function budgeted(accuracy: boolean): ServiceProfile {
  return {
    ...exampleProfile,
    accuracyFloor: floor,
    variants: [
      { name: 'small', accuracy: floor - 0.04 },
      { name: 'large', accuracy: floor + 0.01 },
    ],
    pools: [{ ...exampleProfile.pools[0]!, serviceMs: [20, 100] }],
    router: 'overflow',
    budgets: { accuracy, misses: false },
  };
}

/** After so many minutes in which the answers were as accurate as that. */
function priced(
  profile: ServiceProfile,
  minutes: number,
  accuracy: number | null,
  stock?: number,
  trustedSeconds?: number,
): OverloadPrice {
  const price = new OverloadPrice(profile, 0, 1, {
    ...(stock && { stock }),
    ...(trustedSeconds && { trustedSeconds }),
  });
  for (let minute = 0; minute < minutes; minute++) price.observe(seen(accuracy));
  return price;
}

function seen(accuracy: number | null): Observation {
  return {
    ...observation({}),
    arrivals: { value: [rate], ageSeconds: 0 },
    accuracy: accuracy === null ? null : { value: accuracy, ageSeconds: 0 },
  };
}

describe('what overload costs', () => {
  test('is what Lambda costs, to the bit, where the router has no accuracy budget', () => {
    expect(priced(budgeted(false), 600, floor + 0.01).ratio(onLambda)).toBe(onLambda);
  });

  test('is what Lambda costs while no credit is left, or none is known of', () => {
    for (const accuracy of [floor, floor - 0.01, null]) {
      expect(priced(budgeted(true), 600, accuracy).ratio(onLambda)).toBe(onLambda);
    }
  });

  test('is lower where credit is trusted to come, less so every hour, and not where there can be none', () => {
    const share = (minutes: number, profile = budgeted(true)) =>
      priced(profile, minutes, floor, 1800, 3600).ratio(onLambda) / onLambda; // a quarter of it is earned: 0.01 over 0.04
    expect(share(1)).toBeCloseTo(Math.exp(-0.5), 2);
    expect(share(60)).toBeCloseTo(Math.exp(-0.25), 9);
    expect(share(1200)).toBeCloseTo(1, 5);
    expect(share(1, budgeted(false))).toBe(1);
    const atFloor = budgeted(true);
    const variants = [atFloor.variants[0]!, { name: 'large', accuracy: floor }];
    expect(share(1, { ...atFloor, variants })).toBe(1);
  });

  test('falls by a factor of e for every stock of credit, whatever the rate', () => {
    const one = priced(budgeted(true), 45, floor + 0.01);
    expect(one.creditSeconds).toBeGreaterThan(300);
    expect(one.ratio(onLambda)).toBeCloseTo(onLambda * Math.exp(-one.creditSeconds / 1800), 9);
    const sooner = priced(budgeted(true), 45, floor + 0.01, 1200);
    expect(Math.log(onLambda / sooner.ratio(onLambda))).toBeCloseTo(1.5 * Math.log(onLambda / one.ratio(onLambda)), 9);
  });

  test('counts an hour above the floor as the time that it pays for below it', () => {
    const before = priced(budgeted(true), 120, floor + 0.01).creditSeconds;
    const after = priced(budgeted(true), 180, floor + 0.01).creditSeconds;
    expect(after - before).toBeCloseTo((3600 * 0.01) / 0.04, 6);
  });

  test('never falls so low that a VM which is always full would not pay for itself', () => {
    const plenty = priced(budgeted(true), 5000, floor + 0.01);
    expect(plenty.ratio(1.4)).toBeGreaterThan(1);
    expect(plenty.ratio(onLambda)).toBeGreaterThanOrEqual(0.3 * onLambda);
    expect(plenty.ratio(0.9)).toBeLessThanOrEqual(0.9);
  });

  test('says so for the journal, only where it differs from Lambda', () => {
    expect(priced(budgeted(true), 600, floor).sentence).toBe('');
    expect(priced(budgeted(true), 60, floor + 0.01).sentence).toContain("of Lambda's price");
  });
});
