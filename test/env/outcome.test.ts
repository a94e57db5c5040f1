import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emptyHistogram } from '../../env/histogram.ts';
import { addOutcomes, attainment, emptyOutcome, meanAccuracy, totalRequests, totalUsd } from '../../env/outcome.ts';
import type { Outcome } from '../../env/types.ts';
import { service, withClasses } from './sim/small-service.ts';

const profile = withClasses(...['a', 'b'].map((name) => ({ name, share: 0.5, deadlineMs: 100 })));

// Whole numbers, whose sums are exact in any order.
const count = fc.nat(1_000_000);
const classes = fc.tuple(
  ...['a', 'b'].map(() => fc.record({ requests: count, inTime: count, late: count, lost: count })),
);
const outcome: fc.Arbitrary<Outcome> = fc.record({
  seconds: count,
  classes,
  accuracySum: count,
  spilled: count,
  throttled: count,
  coldStarts: count,
  launches: count,
  terminations: count,
  interruptions: count,
  vmSeconds: fc.tuple(count),
  busySlotSeconds: fc.tuple(count),
  readySlotSeconds: fc.tuple(count),
  usd: fc.record({ vm: count, lambdaCompute: count, lambdaRequests: count, lambdaProvisioned: count }),
  latency: fc.array(fc.tuple(fc.nat(767), count), { maxLength: 5 }).map((entries) => {
    const latency = emptyHistogram();
    for (const [bin, requests] of entries) latency[bin] = requests;
    return latency;
  }),
  insideChange: fc.integer({ min: -1000, max: 1000 }),
});

describe('outcomes', () => {
  test('add in any order and in any grouping', () => {
    fc.assert(
      fc.property(outcome, outcome, outcome, (a, b, c) => {
        expect(addOutcomes(addOutcomes(a, b), c)).toEqual(addOutcomes(a, addOutcomes(b, c)));
        expect(addOutcomes(a, b)).toEqual(addOutcomes(b, a));
      }),
    );
  });

  test('are not changed by the outcome of no time', () => {
    fc.assert(
      fc.property(outcome, (one) => {
        expect(addOutcomes(one, emptyOutcome(profile))).toEqual(one);
      }),
    );
  });

  test('are totalled over classes and over kinds of dollars', () => {
    fc.assert(
      fc.property(outcome, outcome, (a, b) => {
        expect(totalUsd(addOutcomes(a, b))).toBe(totalUsd(a) + totalUsd(b));
        expect(totalRequests(addOutcomes(a, b))).toBe(totalRequests(a) + totalRequests(b));
      }),
    );
  });

  test('judge those that were answered or lost, not those that still wait', () => {
    expect(attainment([{ requests: 100, inTime: 45, late: 3, lost: 2 }])).toBe(0.9);
  });

  test('of nobody answered have no attainment and no accuracy', () => {
    const nothing = emptyOutcome(service);
    expect(attainment(nothing.classes)).toBeNull();
    expect(meanAccuracy(nothing)).toBeNull();
  });

  test('that are all right have an accuracy of 1, though sums of fractions are rounded', () => {
    const whole = emptyOutcome(service);
    const [one] = whole.classes;
    const sums = { classes: [{ ...one!, inTime: 0.1 + 0.2, requests: 0.3 }], accuracySum: 0.1 + 0.2 + 1e-16 };
    expect(meanAccuracy({ ...whole, ...sums })).toBe(1);
  });
});
