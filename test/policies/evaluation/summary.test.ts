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
    punctuality: { timeShare: 0.9, worstHour: 0.8 + 0.01 * index },
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

  test('keeps a policy and its turned selves apart', () => {
    const [first, second] = runsOf(2);
    const knob = { vms: 1.1, patience: 0 };
    const grouped = trials(profile, [first!, { ...first!, knob }, second!, { ...second!, knob }]);
    expect(grouped.map((trial) => [trial.knob, trial.outcomes.length])).toEqual([
      [undefined, 2],
      [knob, 2],
    ]);
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
    const pooled = (seeds: typeof runs) => {
      const {
        seedsUsd: _,
        seedsAttainment: __,
        usdInterval: ___,
        ...rest
      } = summarise(profile, trials(profile, seeds)[0]!, null);
      return JSON.stringify(rest, round);
    };
    expect(pooled(doubled)).toBe(pooled(runs));
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

  test('counts launches and terminations by the day, and shows the worst hour of all seeds', () => {
    const runs = runsOf(3);
    const summary = summarise(profile, trials(profile, runs)[0]!, null);
    const moves = runs.reduce((sum, { outcome }) => sum + outcome.launches + outcome.terminations, 0);
    expect(summary.churnPerDay).toBeCloseTo((moves * 86_400) / (3 * 60), 9);
    expect(summary.worstHour).toBe(0.8);
    expect(summary.promisedTimeShare).toBeCloseTo(0.9, 12);
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
