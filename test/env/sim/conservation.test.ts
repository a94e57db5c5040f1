import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SpotTerms } from '../../../env/spot-terms.ts';
import type { Action, Outcome, ServiceProfile } from '../../../env/types.ts';
import { type RandomCase, randomCases } from './random-service.ts';
import { type Run, simulate } from './small-service.ts';

const intervals = 6;

/** VMs that live for two minutes. */
const restless: SpotTerms = {
  interruptionsPerHour: 30,
  noticeSeconds: 120,
  priceShare: 0.5,
  waves: { share: 0.5, reach: 0.5, shortageSeconds: 60 },
};

/** Random services with all that a request can meet: limits, contention, batches, provisioned environments, budgets. */
const cases = fc
  .record({
    one: randomCases({
      intervals,
      rate: { min: 5, max: 80 },
      capacity: { min: 0.5, max: 1.5 },
      maxWaitMs: [0, 100, 300, null],
      serviceCv: [0, 0.12, 0.6],
    }),
    queueLimit: fc.constantFrom(null, 0, 7, 200),
    contention: fc.constantFrom(0, 0.05),
    provisioned: fc.constantFrom(undefined, 0, 6),
    batch: fc.constantFrom(undefined, { size: 4, timeoutMs: 50 }, { size: 16, timeoutMs: 400 }),
    budgets: fc.record({ accuracy: fc.boolean(), misses: fc.boolean() }),
    batchMarginal: fc.constantFrom(0.2, 1),
    spot: fc.constantFrom(undefined, restless),
  })
  .map(({ one, queueLimit, contention, provisioned, batch, budgets, batchMarginal, spot }): RandomCase => {
    const { profile, actions } = one;
    const full: ServiceProfile = {
      ...profile,
      queueLimit,
      budgets,
      pools: profile.pools.map((pool) => ({ ...pool, contention, spot })),
      lambda: { ...profile.lambda, batchMarginal },
    };
    const extra: Partial<Action> = {
      ...(provisioned === undefined ? {} : { lambdaProvisioned: provisioned }),
      ...(batch === undefined ? {} : { lambdaBatch: batch }),
    };
    return { ...one, profile: full, actions: actions.map((action) => ({ ...action, ...extra })) };
  });

function run({ profile, workload, actions, seed }: RandomCase): Promise<Run> {
  return simulate({ profile, workload, actions, intervals, seed });
}

function answered({ classes }: Outcome): number {
  return classes.reduce((sum, one) => sum + one.inTime + one.late, 0);
}

describe('in every run, whatever the service, the load and the actions', () => {
  test('every request is in time, late, lost or inside, in every interval and class', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (one) => {
        const { outcomes, total, observations } = await run(one);
        for (const { classes, insideChange } of outcomes) {
          const left = classes.reduce(
            (sum, { requests, inTime, late, lost }) => sum + requests - inTime - late - lost,
            0,
          );
          expect(left).toBe(insideChange);
        }
        const arrived = one.workload.requests.reduce((sum, count) => sum + count, 0);
        expect(total.classes.reduce((sum, { requests }) => sum + requests, 0)).toBe(arrived);
        const waiting = observations.at(-1)!.queueLength.reduce((sum, length) => sum + length!.value, 0);
        expect(total.insideChange).toBeGreaterThanOrEqual(waiting);
      }),
      { numRuns: 60 },
    );
  }, 30_000);

  test('what is counted elsewhere agrees: latencies, accuracies, spilled requests, dollars', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (one) => {
        const { total } = await run(one);
        const count = answered(total);
        expect(total.latency.reduce((sum, bin) => sum + bin, 0)).toBe(count);
        expect(total.accuracySum).toBeGreaterThanOrEqual(0.7 * count - 1e-6);
        expect(total.accuracySum).toBeLessThanOrEqual(0.8 * count + 1e-6);
        expect(total.throttled + total.coldStarts).toBeLessThanOrEqual(total.spilled);
        expect(total.usd.lambdaRequests > 0).toBe(total.spilled > total.throttled);
        for (const dollars of Object.values(total.usd)) expect(dollars).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 40 },
    );
  }, 30_000);

  test('the same seed gives the same bytes', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (one) => {
        const [first, second] = [await run(one), await run(one)];
        expect(JSON.stringify(second)).toBe(JSON.stringify(first));
      }),
      { numRuns: 15 },
    );
  }, 30_000);
});
