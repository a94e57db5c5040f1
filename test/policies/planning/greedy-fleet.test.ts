import fc from 'fast-check';
import { expect, test } from 'vitest';
import { greedyFleet, type VmOffer } from '../../../policies/planning/greedy-fleet.ts';

const small: VmOffer = { perSecond: 10, usdPerStep: 1, launchUsd: 3, present: 0, max: 100 };
const large: VmOffer = { perSecond: 50, usdPerStep: 4, launchUsd: 20, present: 0, max: 100 };
const steps = (count: number, rate: number) => new Array<number>(count).fill(rate);

test('the kind is bought that covers the whole stretch for the least money, launch included', () => {
  // Over 10 steps: small 13 for 100 requests, so 0.13; large 60 for 500, 0.12.
  expect(greedyFleet(steps(10, 50), [small, large], 6)).toEqual([0, 1]);
  // Over 2 steps: small 5 for 20, 0.25; large 28 for 100, 0.28.
  expect(greedyFleet(steps(2, 50), [small, large], 6)).toEqual([5, 0]);
});

test('only what a VM covers counts: a large one is not bought for a small rest', () => {
  // 60 over 10 steps: a large one, then 10 are left, for which it would cost 60 per 100.
  expect(greedyFleet(steps(10, 60), [small, large], 6)).toEqual([1, 1]);
});

test('what is there is used first, as its launch is paid for', () => {
  // Over 2 steps a small one that is there costs 0.1 a request, a new one 0.25.
  expect(greedyFleet(steps(2, 50), [{ ...small, present: 3 }, large], 6)).toEqual([5, 0]);
  expect(greedyFleet(steps(2, 50), [small, { ...large, present: 1 }], 6)).toEqual([0, 1]);
});

test('demand beyond the steps to cover is not planned for, but pays for what reaches into it', () => {
  expect(greedyFleet([0, 0, ...steps(8, 50)], [small, large], 2)).toEqual([0, 0]);
  expect(greedyFleet([0, 50, ...steps(8, 50)], [small, large], 2)).toEqual([0, 1]);
});

test('nothing of the first steps is left uncovered, unless all there is was bought', () => {
  const demand = fc.array(fc.double({ min: 0, max: 400, noNaN: true }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(demand, fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 8 }), (rates, most, present) => {
      const offers = [
        { ...small, max: 5 * most, present: Math.min(present, 5 * most) },
        { ...large, max: most },
      ];
      const counts = greedyFleet(rates, offers, 6);
      for (const [index, vms] of counts.entries()) expect(vms).toBeLessThanOrEqual(offers[index]!.max);
      const capacity = counts[0]! * 10 + counts[1]! * 50;
      const worst = Math.max(...rates.slice(0, 6));
      const isAll = counts[0] === offers[0]!.max && counts[1] === offers[1]!.max;
      expect(isAll || capacity >= worst - 1e-6).toBe(true);
    }),
  );
});
