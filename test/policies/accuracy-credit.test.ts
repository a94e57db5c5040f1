import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { serviceOptions, writeServiceMask } from '../../agent/service-options.ts';
import { addOutcomes, emptyOutcome, meanAccuracy } from '../../env/outcome.ts';
import { Random } from '../../env/random.ts';
import { openSimulator } from '../../env/sim/open.ts';
import type { Observation, Outcome, ServiceProfile } from '../../env/types.ts';
import { AccuracyCredit } from '../../policies/accuracy-credit.ts';
import { examplePrices, exampleProfile, observation } from '../policies/example-service.ts';

const floor = exampleProfile.accuracyFloor; // 0.8; the variants have 0.7, 0.8 and 0.9

function withMetrics(metrics: Partial<ServiceProfile['metrics']>): ServiceProfile {
  return { ...exampleProfile, metrics: { ...exampleProfile.metrics, ...metrics } };
}

function seen(accuracy: number | null, rates: number | null): Observation {
  return { ...observation({ rates }), accuracy: accuracy === null ? null : { value: accuracy, ageSeconds: 0 } };
}

describe('what is seen', () => {
  test('is credited from the eleventh interval on: accuracy above the floor, times requests', () => {
    const credit = new AccuracyCredit(exampleProfile);
    credit.observe(seen(null, null)); // before the first decision there is nothing
    const values: number[] = [];
    for (let interval = 0; interval < 13; interval++) {
      credit.decide(0.1, 0);
      credit.observe(seen(0.9, 10));
      values.push(credit.value);
    }
    expect(values.slice(0, 10)).toEqual(new Array(10).fill(0));
    for (const [index, value] of values.slice(10).entries()) expect(value).toBeCloseTo((index + 1) * 0.1 * 600, 6);
  });

  test('is debited at once, however early', () => {
    const credit = new AccuracyCredit(exampleProfile);
    credit.decide(-0.1, 600);
    expect(credit.value).toBeCloseTo(-60, 6);
    credit.observe(seen(0.7, 5));
    expect(credit.value).toBeCloseTo(-0.1 * 300, 6);
  });

  test('what is decided counts as spent in full until it is seen, and for ever where it is lost', () => {
    for (const delaySeconds of [0, 60, 90, 180]) {
      const credit = new AccuracyCredit(withMetrics({ delaySeconds }));
      const intervals = Math.ceil(delaySeconds / 60);
      credit.observe(seen(null, null));
      credit.decide(-0.1, 600);
      for (let late = 0; late < intervals; late++) {
        credit.observe(seen(0.99, 10)); // describes what came before the first decision
        expect(credit.value).toBeCloseTo(-60, 6);
        credit.decide(0, 600);
      }
      credit.observe(seen(null, null));
      expect(credit.value).toBeCloseTo(-60, 6);
    }
  });

  test('what is decided above the floor is credited only when it has been seen', () => {
    const credit = new AccuracyCredit(exampleProfile);
    for (let interval = 0; interval < 20; interval++) {
      credit.decide(0.1, 600);
      expect(credit.value).toBe(0);
      credit.observe(seen(null, 10));
    }
    expect(credit.value).toBe(0);
  });
});

/** Random choices among what the mask allows, spendthrift: the least accurate variant is taken more often than not. */
async function spend(profile: ServiceProfile, seed: number, minutes: number, mean: number): Promise<Outcome[]> {
  const random = Random.seeded(seed);
  let rate = mean;
  const requests = Float64Array.from({ length: minutes }, () => {
    rate *= Math.exp(Math.max(-0.3, Math.min(0.3, 0.1 * random.normal())));
    return 60 * rate;
  });
  const workload = { name: 'walk', stepSeconds: 60, requests, counted: false };
  const simulator = openSimulator({ fidelity: 'fluid', profile, prices: examplePrices, workload, seed });
  const options = serviceOptions(profile, examplePrices, [0]);
  const credit = new AccuracyCredit(profile);
  const mask = new Uint8Array(13);
  let peak = mean;
  const outcomes: Outcome[] = [];
  for (let minute = 0; minute < minutes; minute++) {
    const observed = await simulator.observe();
    credit.observe(observed);
    peak = Math.max(...(observed.arrivals?.value ?? [peak]));
    // The walk may rise for as long as the metrics are late.
    const most = 60 * peak * 1.5 * 1.4 ** (profile.metrics.delaySeconds / 60);
    writeServiceMask(options, credit.value, most, mask, 0);
    const allowed = options.variants.filter((option, index) => option && mask[index] === 1);
    const option = allowed[random.uniform() < 0.6 ? 0 : random.below(allowed.length)]!;
    credit.decide(option.slack, most);
    const action = {
      variant: option.variant,
      vmCounts: [1 + random.below(20)],
      lambdaMemoryMb: 1024,
      spillover: { maxWaitMs: [200, 1000], lambdaShare: 0 },
    };
    outcomes.push(await simulator.step(action));
  }
  return outcomes;
}

describe('the mean accuracy never falls below the floor, whatever is chosen among what credit allows', () => {
  const services: [string, Partial<ServiceProfile['metrics']>][] = [
    ['fresh metrics', {}],
    ['metrics two minutes late', { delaySeconds: 120 }],
    ['metrics of which every third is lost', { lossProbability: 0.33 }],
    ['metrics late and lost', { delaySeconds: 90, lossProbability: 0.2 }],
  ];
  test.each(services)('%s', async (_, metrics) => {
    let least = Number.POSITIVE_INFINITY;
    let lowered = 0;
    for (let seed = 1; seed <= 8; seed++) {
      const outcomes = await spend(withMetrics(metrics), seed, 150, 60);
      for (const from of [0, 3, 10]) {
        let total = emptyOutcome(exampleProfile);
        for (const outcome of outcomes.slice(from)) {
          total = addOutcomes(total, outcome);
          least = Math.min(least, meanAccuracy(total) ?? 1);
        }
      }
      lowered += outcomes.filter((one) => (meanAccuracy(one) ?? 1) < floor).length;
    }
    expect(least).toBeGreaterThanOrEqual(floor - 1e-9);
    expect(lowered).toBeGreaterThan(50); // it does spend
  });

  test('and in arithmetic alone: any accuracies seen, any delay, any loss', () => {
    const interval = fc.record({
      wish: fc.integer({ min: 0, max: 2 }),
      requests: fc.integer({ min: 0, max: 1000 }),
      isLost: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(interval, { maxLength: 60 }), fc.integer({ min: 0, max: 3 }), (all, delay) => {
        const profile = withMetrics({ delaySeconds: 60 * delay });
        const options = serviceOptions(profile, examplePrices, [0]);
        const credit = new AccuracyCredit(profile);
        const mask = new Uint8Array(13);
        const past: Observation[] = [];
        let sum = 0;
        for (const { wish, requests, isLost } of all) {
          credit.observe(past[past.length - 1 - delay] ?? seen(null, null));
          writeServiceMask(options, credit.value, 1000, mask, 0);
          const wished = options.variants.findIndex((option) => option?.variant === wish);
          const usual = options.variants.findIndex((option) => option?.variant === 1);
          const option = options.variants[mask[wished] === 1 ? wished : usual]!;
          credit.decide(option.slack, 1000);
          sum += option.slack * requests;
          expect(sum).toBeGreaterThanOrEqual(-1e-9);
          past.push(isLost ? seen(null, null) : seen(floor + option.slack, requests / 60));
        }
      }),
      { numRuns: 300 },
    );
  });
});
