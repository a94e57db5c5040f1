import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addOutcomes, attainment, emptyOutcome, meanAccuracy, totalRequests, totalUsd } from '../../../env/outcome.ts';
import { erlangLoss } from '../../../env/physics/erlang.ts';
import { Random } from '../../../env/random.ts';
import { FluidWorld } from '../../../env/sim/fluid-world.ts';
import type { Outcome } from '../../../env/types.ts';
import { type RandomCase, randomCases } from './random-service.ts';
import { action, prices, service, withClasses } from './small-service.ts';

const intervals = 10;
const accuracyBudget = { accuracy: true, misses: false };
const missBudget = { accuracy: false, misses: true };

function run({ profile, workload, actions, seed }: RandomCase, recordsLatency: boolean): Outcome {
  const world = new FluidWorld(profile, prices, seed, actions[0]!.vmCounts);
  if (recordsLatency) world.recordLatency();
  return actions
    .map((one, interval) => {
      world.advance(one, workload.requests, interval * profile.decisionSeconds);
      return world.ledger.close(profile.decisionSeconds);
    })
    .reduce(addOutcomes, emptyOutcome(profile));
}

describe('a fluid world', () => {
  test.each([
    ['without budgets', 150, 400, undefined],
    ['with the router’s budgets', 12, 60, [accuracyBudget, missBudget, { accuracy: true, misses: true }]],
  ])(
    'that does not record latencies skips what hardly matters, and all else is nearly the same: %s',
    (_, numRuns, max, budgets) => {
      const cases = randomCases({
        intervals,
        rate: { min: 5, max },
        capacity: { min: 0.7, max: 1.5 },
        maxWaitMs: [0, 50, 200, 1000, null],
        serviceCv: [0.05, 0.12, 0.5],
        ...(budgets ? { budgets } : {}),
      });
      fc.assert(
        fc.property(cases, (one) => {
          const fast = run(one, false);
          const full = run(one, true);
          expect(Math.abs(totalUsd(fast) / totalUsd(full) - 1)).toBeLessThan(0.01);
          expect(Math.abs((attainment(fast.classes) ?? 1) - (attainment(full.classes) ?? 1))).toBeLessThan(0.01);
          expect(Math.abs(fast.spilled - full.spilled) / totalRequests(full)).toBeLessThan(0.01);
          expect(Math.abs((meanAccuracy(fast) ?? 0) - (meanAccuracy(full) ?? 0))).toBeLessThan(0.002);
        }),
        { numRuns },
      );
    },
    60_000,
  );

  test('goes on where the last interval ended, whatever part of the counts it is shown', () => {
    const counts = Float64Array.from({ length: 300 }, (_, second) => 20 + (second % 17));
    const whole = new FluidWorld(service, prices, 3, [2]);
    const parts = new FluidWorld(service, prices, 3, [2]);
    for (let interval = 0; interval < 5; interval++) {
      whole.advance(action(3, 100), counts, interval * 60);
      parts.advance(action(3, 100), counts.slice(interval * 60, interval * 60 + 60), 0);
    }
    expect(JSON.stringify(parts.ledger.close(300))).toBe(JSON.stringify(whole.ledger.close(300)));
    expect(parts.pools()).toEqual(whole.pools());
  });

  test.each([
    [10, 1.5],
    [10, 3],
    [60, 2],
  ])('loses what Erlang does where nobody may wait, in an overload that lasts: %i slots, load %d', (vms, load) => {
    const world = new FluidWorld(service, prices, 1, [vms]);
    const random = Random.seeded(1, 'counts');
    const counts = Float64Array.from({ length: 600 }, () => random.poisson(10 * vms * load));
    for (let interval = 0; interval < 10; interval++) world.advance(action(vms, 0), counts, 60 * interval);
    const lost = world.ledger.spilled / counts.reduce((sum, one) => sum + one);
    expect(lost).toBeCloseTo(erlangLoss(vms * load, vms), 2);
  });

  test('a burst leaves behind it what the least strict class may have ahead, its own and the stricter together', () => {
    const profile = withClasses(
      { name: 'strict', share: 0.5, deadlineMs: 500 },
      { name: 'relaxed', share: 0.5, deadlineMs: 2000 },
    );
    const world = new FluidWorld(profile, prices, 1, [5]);
    const counts = new Float64Array(60);
    counts[59] = 200;
    world.advance(action(5, [200, 1000]), counts, 0);
    expect(world.waiting).toBeGreaterThan(45);
    expect(world.waiting).toBeLessThanOrEqual(50);
  });

  test('has no slot idle in an overload, though more wait than their class may by now', () => {
    const deadlines = { share: 0.5, deadlineMs: 500 };
    const profile = withClasses({ name: 'strict', ...deadlines }, { name: 'relaxed', ...deadlines });
    const world = new FluidWorld(profile, prices, 1, [100]);
    // In the first second the strict leave much of the capacity, so that many relaxed ones may wait; then they leave little.
    const counts = Float64Array.from({ length: 60 }, (_, second) => (second === 0 ? 800 : 1500));
    world.advance(action(100, [300, 300]), counts, 0);
    expect(world.ledger.busySlotSeconds[0]).toBeGreaterThan(0.98 * world.ledger.readySlotSeconds[0]!);
  });

  test('tells who waits behind the lines, on the miss budget, too', () => {
    const profile = { ...service, clientTimeoutMs: 30_000, budgets: { accuracy: false, misses: true } };
    const world = new FluidWorld(profile, prices, 1, [10]);
    // Calm for ten minutes, which earns misses, then a second that brings more than the slots can start.
    const counts = Float64Array.from({ length: 660 }, (_, second) => (second === 659 ? 130 : 50));
    for (let minute = 0; minute < 11; minute++) world.advance(action(10, 0), counts, 60 * minute);
    expect(world.waiting).toBeGreaterThan(1);
    expect(world.waiting).toBeCloseTo(world.queueLengths()[0]!, 9);
  });

  test('tells who waits, class by class', () => {
    const world = new FluidWorld(service, prices, 1, [1]);
    world.advance(action(1, null), new Float64Array(60).fill(15), 0);
    expect(world.queueLengths()[0]).toBeGreaterThan(290);
    expect(world.queueLengths()[0]).toBeLessThan(301);
    expect(world.waiting).toBe(world.queueLengths()[0]);
  });
});
