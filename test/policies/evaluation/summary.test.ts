import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addOutcomes, emptyOutcome, totalUsd } from '../../../env/outcome.ts';
import { Random } from '../../../env/random.ts';
import { cells, trials } from '../../../policies/evaluation/matrix.ts';
import { summarise } from '../../../policies/evaluation/summary.ts';
import { OutcomeTotals } from '../../../policies/evaluation/totals.ts';
import { fakeOutcome, profile } from './fakes.ts';

const runsOf = (count: number) => {
  const random = Random.seeded(7);
  return Array.from({ length: count }, (_, index) => ({
    trace: 'day',
    policy: 'mixed',
    seed: index + 1,
    parameters: { margin: 1.2 },
    outcome: fakeOutcome(random, 3),
    timeline: null,
  }));
};
const summaryOf = (count: number, boundUsd: number | null = null) =>
  summarise(profile, trials(profile, runsOf(count))[0]!, boundUsd);

describe('totals', () => {
  test('add in place what addOutcomes adds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 12 }), fc.integer(), (count, seed) => {
        const random = Random.seeded(seed);
        const outcomes = Array.from({ length: count }, () => fakeOutcome(random, random.below(9)));
        const totals = new OutcomeTotals(profile);
        for (const outcome of outcomes) totals.add(outcome);
        expect(totals.outcome).toEqual(outcomes.reduce(addOutcomes, emptyOutcome(profile)));
      }),
      { numRuns: 30 },
    );
  });
});

describe('the matrix', () => {
  test('holds every policy on every trace with every seed once', () => {
    const all = cells(['a', 'b'], ['x', 'y', 'z'], [1, 2]);
    expect(all).toHaveLength(12);
    expect(new Set(all.map((cell) => JSON.stringify(cell))).size).toBe(12);
  });

  test('brings the seeds of a policy on a trace together', () => {
    const [first, second, third] = runsOf(3);
    const grouped = trials(profile, [first!, { ...second!, trace: 'night' }, { ...third!, timeline: null }]);
    expect(grouped.map((trial) => [trial.trace, trial.outcomes.length])).toEqual([
      ['day', 2],
      ['night', 1],
    ]);
  });
});

describe('a summary', () => {
  test('gives the mean dollars over the seeds, and the dollars of each', () => {
    const summary = summaryOf(3);
    const each = runsOf(3).map((run) => totalUsd(run.outcome));
    expect(summary.seedsUsd).toEqual(each);
    expect(summary.usd).toBeCloseTo((each[0]! + each[1]! + each[2]!) / 3, 12);
  });

  test('splits the dollars by kind without remainder', () => {
    const { usd, usdByKind } = summaryOf(4);
    expect(usdByKind.vm + usdByKind.lambdaCompute + usdByKind.lambdaRequests + usdByKind.lambdaProvisioned).toBeCloseTo(
      usd,
      12,
    );
  });

  test('does not change when every seed is counted twice', () => {
    const runs = runsOf(2);
    const doubled = [...runs, ...runs.map((run) => ({ ...run, seed: run.seed + 2 }))];
    const { seedsUsd: _, ...once } = summarise(profile, trials(profile, runs)[0]!, null);
    const { seedsUsd: __, ...twice } = summarise(profile, trials(profile, doubled)[0]!, null);
    expect(JSON.stringify(twice, round)).toBe(JSON.stringify(once, round));
  });

  test('has rising latency quantiles', () => {
    const { p50Ms, p95Ms, p99Ms } = summaryOf(2);
    expect(p50Ms!).toBeLessThan(p95Ms!);
    expect(p95Ms!).toBeLessThan(p99Ms!);
  });

  test('measures regret against the bound: 0 at the bound, 1 at twice the bound', () => {
    const { usd } = summaryOf(1);
    expect(summaryOf(1, usd).regret).toBeCloseTo(0, 12);
    expect(summaryOf(1, usd / 2).regret).toBeCloseTo(1, 12);
    expect(summaryOf(1).regret).toBeNull();
  });

  test('of no requests has no shares: null, not 0', () => {
    const run = { ...runsOf(1)[0]!, outcome: emptyOutcome(profile) };
    const summary = summarise(profile, trials(profile, [run])[0]!, null);
    expect(summary).toMatchObject({
      usd: 0,
      requests: 0,
      usdPerMillion: null,
      accuracy: null,
      p99Ms: null,
      spilledShare: null,
    });
    expect(summary.attainment).toEqual({ strict: null, relaxed: null, all: null });
  });
});

function round(_: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(10)) : value;
}
