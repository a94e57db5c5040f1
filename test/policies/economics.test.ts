import { expect, test } from 'vitest';
import { InputProblem } from '../../env/problem.ts';
import type { ServiceProfile } from '../../env/types.ts';
import {
  cheapestChoice,
  fitsDeadline,
  lambdaUsdPerRequest,
  priceRatio,
  vmCapacityPerSecond,
  vmUsdPerRequest,
  vmUsdPerSecond,
} from '../../policies/economics.ts';
import { examplePool, examplePrices, exampleProfile } from './example-service.ts';

const choice = { variant: 1, pool: 0, tier: 1 };

test('a VM serves slots over service time, and not at all what does not run there', () => {
  expect(vmCapacityPerSecond(exampleProfile, 0, 1)).toBe(10);
  const twoSlots = { ...exampleProfile, pools: [{ ...examplePool, slots: 2, serviceMs: [50, null, 200] }] };
  expect(vmCapacityPerSecond(twoSlots, 0, 0)).toBe(40);
  expect(vmCapacityPerSecond(twoSlots, 0, 1)).toBeNull();
});

test('a request costs its part of a full VM, and its GB-seconds on Lambda', () => {
  expect(vmUsdPerSecond(exampleProfile, examplePrices, 0)).toBeCloseTo(0.01, 12);
  expect(vmUsdPerRequest(exampleProfile, examplePrices, 0, 1)).toBeCloseTo(0.001, 12);
  expect(lambdaUsdPerRequest(exampleProfile, examplePrices, 1, 1)).toBeCloseTo(0.002, 12);
  expect(lambdaUsdPerRequest(exampleProfile, examplePrices, 2, 0)).toBeNull();
  expect(priceRatio(exampleProfile, examplePrices, choice)).toBeCloseTo(2, 12);
});

test('an instance type without a price is refused by name', () => {
  const unpriced = { ...exampleProfile, pools: [{ ...examplePool, instanceType: 'odd' }] };
  expect(() => vmUsdPerSecond(unpriced, examplePrices, 0)).toThrow(InputProblem);
  expect(() => vmUsdPerSecond(unpriced, examplePrices, 0)).toThrow(/pool cpu: no price for instance type odd/);
});

test('the choice meets the floor, and takes the cheap tier only where it meets the strictest deadline', () => {
  expect(cheapestChoice(exampleProfile, examplePrices)).toEqual(choice);
  // 600 ms at 512 MB are cheaper than 100 ms at 1,024 MB once the deadline allows them and the memory costs less.
  const serviceMs = [
    [100, 50],
    [150, 100],
    [null, 200],
  ];
  const slower: ServiceProfile = { ...exampleProfile, lambda: { ...exampleProfile.lambda, serviceMs } };
  expect(cheapestChoice(slower, examplePrices).tier).toBe(0);
});

test('the pool is the first of the profile that is fast enough', () => {
  const large = { ...examplePool, name: 'gpu', instanceType: 'large', serviceMs: [10, 20, 40] };
  const pools = [examplePool, large];
  expect(cheapestChoice({ ...exampleProfile, pools }, examplePrices).pool).toBe(0);
  expect(cheapestChoice({ ...exampleProfile, pools: [...pools].reverse() }, examplePrices).pool).toBe(0);
  const tooSlow = { ...examplePool, slots: 40, serviceMs: [700, 700, 700] };
  expect(cheapestChoice({ ...exampleProfile, pools: [tooSlow, large] }, examplePrices).pool).toBe(1);
});

test('a service that cannot keep its promise still gets its fastest pool and tier', () => {
  const classes = [{ name: 'strict', share: 1, deadlineMs: 10 }];
  const hopeless = { ...exampleProfile, slo: { attainment: 0.99, classes } };
  expect(cheapestChoice(hopeless, examplePrices)).toEqual(choice);
});

test('no variant above the floor is refused in a sentence with the accuracies', () => {
  expect(() => cheapestChoice({ ...exampleProfile, accuracyFloor: 0.95 }, examplePrices)).toThrow(
    /accuracyFloor 0.95.*tiny 0.7, middle 0.8, big 0.9/,
  );
});

test('a service time fits when the promised share of requests is within the deadline', () => {
  expect(fitsDeadline(exampleProfile, 500, 500)).toBe(true);
  expect(fitsDeadline({ ...exampleProfile, serviceCv: 0.2 }, 500, 500)).toBe(false);
  expect(fitsDeadline({ ...exampleProfile, serviceCv: 0.2 }, 300, 500)).toBe(true);
  expect(fitsDeadline(exampleProfile, null, 500)).toBe(false);
});
