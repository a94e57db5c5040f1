import fc from 'fast-check';
import { expect, test } from 'vitest';
import { costWith, requestCost, requestOptions, worthwhileVmUsd } from '../../../policies/bound/request-cost.ts';
import { examplePrices, exampleProfile } from '../example-service.ts';

const options = requestOptions(exampleProfile, examplePrices, false);
const shares = [0.5, 0.5];
const multiplier = fc.double({ min: 0, max: 0.1, noNaN: true });

test('without Lagrange prices a request that is missed costs nothing', () => {
  const cost = requestCost(options, shares, { missUsd: 0, accuracyUsd: 0 });
  expect(cost).toEqual({ withoutVms: 0, segments: [] });
});

test('with dear misses the smallest variant decides: a cheap tier of Lambda, or half the VM time of the middle one', () => {
  const cost = requestCost(options, shares, { missUsd: 1, accuracyUsd: 0 });
  expect(cost.withoutVms).toBeCloseTo(0.001, 12);
  expect(cost.segments.reduce((sum, one) => sum + one.length, 0)).toBeCloseTo(0.0005, 12);
  expect(worthwhileVmUsd(cost)).toBeCloseTo(0.0005, 12);
  expect(costWith(cost, 0.0005)).toBeCloseTo(0, 12);
});

test('the cost is the least over all mixtures: no option and no pair of options lies below it', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(multiplier, multiplier, share, fc.nat(), fc.nat(), (missUsd, accuracyUsd, mix, a, b) => {
      const cost = requestCost(options, shares, { missUsd, accuracyUsd });
      // Both classes dealt with alike: one mixture of many.
      const ways = options[0]!.map((_, index) => ({
        vmUsd: options[0]![index]!.vmUsd,
        price: options.reduce((sum, ofClass, k) => {
          const { lambdaUsd, accuracyLack, missShare } = ofClass[index]!;
          return sum + shares[k]! * (lambdaUsd + accuracyUsd * accuracyLack + missUsd * missShare);
        }, 0),
      }));
      const [first, second] = [ways[a % ways.length]!, ways[b % ways.length]!];
      const vmUsd = mix * first.vmUsd + (1 - mix) * second.vmUsd;
      expect(costWith(cost, vmUsd)).toBeLessThanOrEqual(mix * first.price + (1 - mix) * second.price + 1e-12);
    }),
  );
});

test('the cost is convex and falling in the VM time', () => {
  fc.assert(
    fc.property(multiplier, multiplier, (missUsd, accuracyUsd) => {
      const { segments } = requestCost(options, shares, { missUsd, accuracyUsd });
      for (const [index, { length, slope }] of segments.entries()) {
        expect(length).toBeGreaterThan(0);
        expect(slope).toBeLessThan(0);
        expect(slope).toBeGreaterThanOrEqual(segments[index - 1]?.slope ?? Number.NEGATIVE_INFINITY);
      }
    }),
  );
});
