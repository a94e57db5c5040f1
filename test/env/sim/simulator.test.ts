import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Fidelity } from '../../../env/sim/open.ts';
import type { Outcome } from '../../../env/types.ts';
import { randomCases } from './random-service.ts';
import { poisson, prices, type Run, service, simulate } from './small-service.ts';

const cases = randomCases({
  intervals: 6,
  rate: { min: 0, max: 120 },
  capacity: { min: 0, max: 1.6 },
  maxWaitMs: [0, 50, 400, null],
  serviceCv: [0, 0.12, 1],
});

function expectConserved({ classes, insideChange, latency, spilled, throttled }: Outcome, digits: number): void {
  const sum = (of: (one: Outcome['classes'][number]) => number) => classes.reduce((all, one) => all + of(one), 0);
  const requests = sum((one) => one.requests);
  expect(sum((one) => one.inTime + one.late + one.lost) + insideChange).toBeCloseTo(requests, digits);
  expect(sum((one) => one.inTime + one.late)).toBeCloseTo(
    latency.reduce((all, one) => all + one, 0),
    digits,
  );
  expect(throttled).toBeLessThanOrEqual(spilled + 1e-6);
}

describe.each(['request-level', 'fluid'] satisfies Fidelity[])('any run, %s', (fidelity) => {
  const digits = fidelity === 'fluid' ? 5 : 9;

  test('keeps account of every request: in time, late, lost, or still inside', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ profile, workload, actions, seed }) => {
        const run = await simulate({ profile, workload, actions, intervals: 6, seed, fidelity });
        for (const outcome of run.outcomes) expectConserved(outcome, digits);
        expectConserved(run.total, digits);
        const arrived = workload.requests.reduce((sum, one) => sum + one, 0);
        expect(run.total.classes.reduce((sum, one) => sum + one.requests, 0)).toBeCloseTo(arrived, digits);
      }),
      { numRuns: 60 },
    );
  }, 30_000);

  test('has nothing below zero, no more work than slots, and dollars by the price book', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ profile, workload, actions, seed }) => {
        const { outcomes } = await simulate({ profile, workload, actions, intervals: 6, seed, fidelity });
        for (const { classes, usd, vmSeconds, ...one } of outcomes) {
          for (const { requests, inTime, late, lost } of classes) {
            expect(Math.min(requests, inTime, late, lost)).toBeGreaterThanOrEqual(-1e-9);
          }
          expect(one.accuracySum).toBeGreaterThanOrEqual(0);
          expect(one.coldStarts).toBeLessThanOrEqual(one.spilled + 1e-9);
          expect(usd.vm).toBeCloseTo(vmSeconds[0]! * 0.001 * profile.pools[0]!.slots + vmSeconds[1]! * 0.01, 9);
          expect(usd.lambdaRequests).toBeCloseTo((one.spilled - one.throttled) * prices.lambdaUsdPerRequest, 9);
        }
        // Work is booked when it begins: at most a service more than the slots can do.
        const total = outcomes.reduce((sum, one) => sum + one.busySlotSeconds[0]!, 0);
        const ready = outcomes.reduce((sum, one) => sum + one.readySlotSeconds[0]!, 0);
        expect(total).toBeLessThanOrEqual(1.02 * ready + 100);
      }),
      { numRuns: 60 },
    );
  }, 30_000);

  test('gives the same bytes for the same seed, and others for another', async () => {
    const options = {
      profile: { ...service, metrics: { ...service.metrics, lossProbability: 0.3 } },
      workload: poisson(40, 600),
      actions: [
        { variant: 0, vmCounts: [4], lambdaMemoryMb: 1024, spillover: { maxWaitMs: [50], lambdaShare: 0 } },
        { variant: 0, vmCounts: [5], lambdaMemoryMb: 1024, spillover: { maxWaitMs: [0], lambdaShare: 0 } },
      ],
      intervals: 10,
      fidelity,
    };
    const bytes = (run: Run) => JSON.stringify(run);
    const first = bytes(await simulate({ ...options, seed: 7 }));
    expect(bytes(await simulate({ ...options, seed: 7 }))).toBe(first);
    expect(bytes(await simulate({ ...options, seed: 8 }))).not.toBe(first);
  });

  test('is not changed by the other worlds beside it', async () => {
    const alone = await simulate({ workload: poisson(30, 300), actions: [action], intervals: 5, fidelity });
    const [first] = await Promise.all([
      simulate({ workload: poisson(30, 300), actions: [action], intervals: 5, fidelity }),
      simulate({ workload: poisson(90, 300), actions: [action], intervals: 5, fidelity, seed: 5 }),
    ]);
    expect(JSON.stringify(first)).toBe(JSON.stringify(alone));
  });
});

const action = { variant: 0, vmCounts: [3], lambdaMemoryMb: 1024, spillover: { maxWaitMs: [100], lambdaShare: 0 } };
