import { describe, expect, test } from 'vitest';
import { addOutcomes, meanAccuracy, totalUsd } from '../../env/outcome.ts';
import { openSimulator } from '../../env/sim/open.ts';
import type { Observation, Outcome, ServiceProfile } from '../../env/types.ts';
import { OverloadPrice } from '../../policies/overload-price.ts';
import { createPolicy } from '../../policies/registry.ts';
import { examplePrices, exampleProfile, observation } from './example-service.ts';

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
    lambda: {
      ...exampleProfile.lambda,
      serviceMs: [
        [100, 50],
        [600, 200],
      ],
      coldStartMs: [
        [1000, 1000],
        [1000, 1000],
      ],
    },
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

describe('what is spared of the work', () => {
  test('is nothing where the router has no accuracy budget, no credit, or no more than makes overload a fifth cheaper', () => {
    expect(priced(budgeted(false), 600, floor + 0.01).sparedShare).toBe(0);
    expect(priced(budgeted(true), 600, floor).sparedShare).toBe(0);
    const little = priced(budgeted(true), 32, floor + 0.01);
    expect(little.ratio(onLambda)).toBeLessThan(0.85 * onLambda);
    expect(little.sparedShare).toBe(0);
  });

  test('grows with the credit, up to half of the answers by the smaller variant', () => {
    const shares = [60, 120, 300, 5000].map((minutes) => priced(budgeted(true), minutes, floor + 0.01).sparedShare);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares[0]).toBeGreaterThan(0);
    expect(shares.at(-1)).toBeCloseTo(0.5 * 0.8, 9); // 20 of 100 ms
  });

  test('is nothing once the router spills without the smaller variant: it has no credit, and earns it anew', () => {
    const price = priced(budgeted(true), 300, floor + 0.01);
    const spilling = (share: number, accuracy: number): Observation => ({
      ...seen(accuracy),
      spilledPerSecond: { value: share * rate, ageSeconds: 0 },
    });
    price.observe(spilling(0.2, floor - 0.02)); // three quarters answered by the smaller one, and still too few VMs
    expect(price.sparedShare).toBeGreaterThan(0);
    price.observe(spilling(0.2, floor + 0.01));
    expect(price.creditSeconds).toBe(0);
    expect(price.sparedShare).toBe(0);
    for (let minute = 0; minute < 60; minute++) price.observe(seen(floor + 0.01));
    expect(price.creditSeconds).toBeCloseTo((3600 * 0.01) / 0.04, 6);
  });

  test('on a steady load comes to what it earns: the accuracy nears its floor, and the fleet gets smaller than the load', async () => {
    const profile = { ...budgeted(true), decisionSeconds: 60 };
    const requests = Float64Array.from({ length: 24 * 60 }, () => 60 * 57); // 5.7 VMs
    const run = async (text: string) => {
      const workload = { name: 'steady', stepSeconds: 60, requests, counted: false };
      const simulator = openSimulator({ fidelity: 'fluid', profile, prices: examplePrices, workload, seed: 1 });
      const policy = createPolicy(text, profile, examplePrices);
      const outcomes: Outcome[] = [];
      for (let minute = 0; minute < requests.length; minute++)
        outcomes.push(await simulator.step(policy.decide(await simulator.observe()).action));
      return outcomes.slice(12 * 60).reduce(addOutcomes);
    };
    const thrifty = await run('lcp:creditSeconds=1800,waitShare=0.5');
    const plain = await run('lcp:waitShare=0.5');
    const accuracy = meanAccuracy(thrifty)!;
    expect(accuracy).toBeGreaterThan(floor - 0.001);
    expect(accuracy).toBeLessThan(meanAccuracy(plain)! - 0.005);
    // A fifth of the answers by the smaller variant saves 0.8 of their work: 5.7 VMs do the work of 4.8.
    expect(totalUsd(thrifty)).toBeLessThan(0.9 * totalUsd(plain));
  });
});

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
      priced(profile, minutes, floor, 1800, 1440).ratio(onLambda) / onLambda; // a quarter of it is earned: 0.01 over 0.04
    expect(share(1)).toBeCloseTo(Math.exp(-0.2), 2);
    expect(share(60)).toBeCloseTo(Math.exp(-0.1), 9);
    expect(share(1200)).toBeCloseTo(1, 5);
    expect(share(1, budgeted(false))).toBe(1);
    const atFloor = budgeted(true);
    const variants = [atFloor.variants[0]!, { name: 'large', accuracy: floor }];
    expect(share(1, { ...atFloor, variants })).toBe(1);
  });

  test('falls by a factor of e for every stock of credit, whatever the rate', () => {
    const one = priced(budgeted(true), 27, floor + 0.01);
    expect(one.creditSeconds).toBeGreaterThan(200);
    expect(one.ratio(onLambda)).toBeCloseTo(onLambda * Math.exp(-one.creditSeconds / 1800), 9);
    const sooner = priced(budgeted(true), 27, floor + 0.01, 1200);
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
    expect(plenty.ratio(onLambda)).toBeGreaterThanOrEqual(0.79 * onLambda);
    expect(plenty.ratio(0.9)).toBeLessThanOrEqual(0.9);
  });

  test('says so for the journal, only where it differs from Lambda', () => {
    expect(priced(budgeted(true), 600, floor).sentence).toBe('');
    expect(priced(budgeted(true), 60, floor + 0.01).sentence).toContain("of Lambda's price");
  });
});
