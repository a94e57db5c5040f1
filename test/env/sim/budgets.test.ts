import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addOutcomes, attainment, emptyOutcome, meanAccuracy, totalUsd } from '../../../env/outcome.ts';
import type { Action, ServiceProfile } from '../../../env/types.ts';
import { randomCases } from './random-service.ts';
import { action, poisson, service, simulate } from './small-service.ts';

const [pool] = service.pools;
/** Three variants of 20, 100 and 150 ms around a floor of 0.8, which the second just meets. */
const base: ServiceProfile = {
  ...service,
  accuracyFloor: 0.8,
  serviceCv: 0.12,
  slo: { attainment: 0.99, classes: [{ name: 'only', share: 1, deadlineMs: 500 }] },
  variants: [
    { name: 'small', accuracy: 0.7 },
    { name: 'good', accuracy: 0.8 },
    { name: 'large', accuracy: 0.85 },
  ],
  pools: [{ ...pool!, serviceMs: [20, 100, 150] }],
  lambda: { ...service.lambda, serviceMs: [[100], [200], [300]], coldStartMs: [[1000], [1000], [1000]] },
  clientTimeoutMs: 60_000,
};

function withBudgets(accuracy: boolean, misses = false): ServiceProfile {
  return { ...base, budgets: { accuracy, misses } };
}

const act = (vms: number, maxWaitMs: number | null, variant = 1): Action => ({ ...action(vms, maxWaitMs), variant });

/** Half an hour of low load, then half an hour of so much. */
function lowThenHigh(profile: ServiceProfile, high: number, one: Action, seed = 1) {
  const requests = Float64Array.from([70, high], (perSecond) => perSecond * 1800);
  const workload = { name: 'step', stepSeconds: 1800, requests, counted: false };
  return simulate({ profile, workload, actions: [one], intervals: 60, seed });
}

describe('the accuracy budget', () => {
  test('saves up with larger variants on idle slots', async () => {
    const { total } = await simulate({
      profile: withBudgets(true),
      workload: poisson(50, 600),
      actions: [act(20, 200)],
      intervals: 10,
    });
    expect(meanAccuracy(total)).toBeGreaterThan(0.845);
    expect(total.spilled).toBe(0);
  });

  test('spends what was saved before it spills, and then spills', async () => {
    const one = act(10, 200);
    const plain = await lowThenHigh(base, 106, one);
    const spending = await lowThenHigh(withBudgets(true), 106, one);
    expect(plain.total.spilled).toBeGreaterThan(10_000);
    expect(spending.total.spilled).toBe(0);
    const beyond = await lowThenHigh(withBudgets(true), 220, one);
    expect(beyond.total.spilled).toBeGreaterThan(10_000);
    const warm = beyond.outcomes.slice(10).reduce(addOutcomes);
    expect(meanAccuracy(warm)).toBeGreaterThanOrEqual(0.8 - 1e-9);
    expect(meanAccuracy(warm)).toBeLessThan(0.8001);
  });

  test('keeps nothing of the first ten minutes: the mean keeps the floor over what follows them, too', async () => {
    const requests = Float64Array.from([50, 220], (perSecond) => perSecond * 600);
    const workload = { name: 'step', stepSeconds: 600, requests, counted: false };
    const { outcomes } = await simulate({
      profile: withBudgets(true),
      workload,
      actions: [act(10, 200)],
      intervals: 20,
    });
    expect(meanAccuracy(outcomes.slice(0, 10).reduce(addOutcomes))).toBeGreaterThan(0.82);
    expect(meanAccuracy(outcomes.slice(10).reduce(addOutcomes))).toBeGreaterThanOrEqual(0.8 - 1e-9);
  });

  test('costs nobody the promise: a longer line is worked off sooner', async () => {
    for (const maxWaitMs of [0, 100, 300]) {
      const { total } = await lowThenHigh(withBudgets(true), 130, act(10, maxWaitMs));
      expect(attainment(total.classes)).toBeGreaterThan(0.999);
    }
  });

  test('never brings the running mean below the floor, whatever the service, load and action', async () => {
    const cases = randomCases({
      intervals: 8,
      rate: { min: 15, max: 100 },
      capacity: { min: 0.6, max: 1.5 },
      maxWaitMs: [0, 100, 300, null],
      serviceCv: [0.05, 0.3],
    });
    await fc.assert(
      fc.asyncProperty(cases, fc.boolean(), async ({ profile, workload, actions, seed }, misses) => {
        const both: ServiceProfile = {
          ...profile,
          router: 'overflow',
          accuracyFloor: 0.75,
          budgets: { accuracy: true, misses },
        };
        const good = actions.map((one) => ({ ...one, variant: 1 }));
        const { outcomes, total } = await simulate({ profile: both, workload, actions: good, intervals: 8, seed });
        let running = emptyOutcome(both);
        for (const outcome of outcomes) {
          running = addOutcomes(running, outcome);
          expect(meanAccuracy(running) ?? 1).toBeGreaterThanOrEqual(0.75 - 1e-9);
        }
        for (const one of total.classes) expect(one.inTime + one.late + one.lost).toBeLessThanOrEqual(one.requests);
        const known = total.classes.reduce((sum, one) => sum + one.requests - one.inTime - one.late - one.lost, 0);
        expect(total.insideChange).toBe(known);
      }),
      { numRuns: 25 },
    );
  });

  test('leaves alone a service of one variant', async () => {
    const options = { workload: poisson(105, 300), actions: [action(10, 100)], intervals: 5 };
    const on = await simulate({ profile: { ...service, budgets: { accuracy: true, misses: false } }, ...options });
    const off = await simulate({ profile: service, ...options });
    expect(on.total.accuracySum / on.total.classes[0]!.requests).toBeCloseTo(0.75, 2);
    expect(totalUsd(on.total) / totalUsd(off.total)).toBeCloseTo(1, 1);
  });
});

describe('the miss budget', () => {
  const one = act(10, 0);
  const run = (misses: boolean, perSecond: number) =>
    simulate({
      profile: withBudgets(false, misses),
      workload: poisson(perSecond, 3600),
      actions: [one],
      intervals: 60,
    });

  test('makes some late instead of spilling them, and keeps the promise', async () => {
    const plain = await run(false, 92);
    const patient = await run(true, 92);
    expect(patient.total.spilled).toBeLessThan(0.75 * plain.total.spilled);
    expect(totalUsd(patient.total)).toBeLessThan(totalUsd(plain.total));
    expect(attainment(patient.total.classes)).toBeGreaterThan(0.9925 - 0.001);
  });

  test('keeps the promise at every decision once the start has passed', async () => {
    const { outcomes } = await run(true, 97);
    let running = emptyOutcome(base);
    outcomes.forEach((outcome, interval) => {
      running = addOutcomes(running, outcome);
      if (interval >= 5) expect(attainment(running.classes)).toBeGreaterThan(0.99);
    });
  });

  test('lets nobody wait in vain in a lasting overload', async () => {
    const plain = await run(false, 150);
    const patient = await run(true, 150);
    expect(patient.total.classes[0]!.lost).toBe(0);
    expect(patient.total.spilled / plain.total.spilled).toBeGreaterThan(0.99);
    expect(attainment(patient.total.classes)).toBeGreaterThan(0.99);
  });

  test('is not there for the router weights', async () => {
    const weights: ServiceProfile = { ...base, router: 'weights' };
    const options = { workload: poisson(97, 300), actions: [one], intervals: 5 };
    const off = await simulate({ profile: weights, ...options });
    const on = await simulate({ profile: { ...weights, budgets: { accuracy: true, misses: true } }, ...options });
    expect(on.total.spilled).toBe(0);
    expect(meanAccuracy(on.total)).toBe(meanAccuracy(off.total));
  });
});
