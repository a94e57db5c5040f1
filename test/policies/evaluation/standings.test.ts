import { describe, expect, test } from 'vitest';
import { bestRule, compared } from '../../../policies/evaluation/comparison.ts';
import type { Result } from '../../../policies/evaluation/json.ts';
import { standings } from '../../../policies/evaluation/standings.ts';
import { result } from './fakes.ts';

const slo = { attainment: 0.99, accuracyFloor: 0.7 };
const late = { all: 0.98, strict: 0.97, relaxed: 0.99 };

/** Spends these dollars on each trace, with two seeds around them. */
function runs(policy: string, usd: readonly number[], change: Partial<Result> = {}): Result[] {
  return usd.map((one, trace) =>
    result({ policy, trace: `t${trace}`, usd: one, seedsUsd: [0.9 * one, 1.1 * one], boundUsd: 10, ...change }),
  );
}

describe('the best rule', () => {
  test('keeps its promises on the most traces, and is then the cheapest over the bound', () => {
    const dear = runs('dear', [20, 20]);
    const cheap = runs('cheap', [14, 14]);
    const careless = runs('careless', [11, 11], { attainment: late });
    expect(bestRule([...dear, ...careless, ...cheap], slo)).toBe('cheap');
    expect(bestRule([...dear, ...careless], slo)).toBe('dear');
  });

  test('is no agent, nobody who knows the future, and was run everywhere', () => {
    const agent = runs('ppo:x', [11, 11], { kind: 'agent' });
    const oracle = runs('oracle', [10, 10], { kind: 'clairvoyant' });
    const partial = runs('partial', [12]);
    expect(bestRule([...agent, ...oracle, ...partial, ...runs('rule', [15, 15])], slo)).toBe('rule');
    expect(bestRule([...agent, ...oracle], slo)).toBeNull();
  });

  test('counts every trace the same, not every dollar', () => {
    const bounds = [10, 1000];
    const each = (policy: string, usd: number[]) =>
      runs(policy, usd).map((one, trace) => ({ ...one, boundUsd: bounds[trace]! }));
    expect(bestRule([...each('small', [11, 1300]), ...each('large', [15, 1200])], slo)).toBe('small');
  });
});

describe('a comparison', () => {
  test('is made seed by seed: who always costs a tenth more has no interval', () => {
    const all = compared([...runs('rule', [20]), ...runs('other', [22])], 'rule');
    const { value, low, high } = all[1]!.overBestRule!;
    expect(value).toBeCloseTo(1.1, 12);
    expect(low).toBeCloseTo(1.1, 12);
    expect(high).toBeCloseTo(1.1, 12);
  });

  test('tells the regret to the replayed optimum where it was run', () => {
    const oracle = runs('oracle', [10], { kind: 'clairvoyant' });
    expect(compared([...runs('rule', [12]), ...oracle], 'rule')[0]!.oracleRegret).toBeCloseTo(0.2, 12);
    expect(compared(runs('rule', [12]), 'rule')[0]!.oracleRegret).toBeNull();
  });
});

describe('the standings', () => {
  test('put those first that keep their promises on more traces, then the cheaper', () => {
    const careless = runs('careless', [11, 11, 11], { attainment: late });
    const results = [...careless, ...runs('dear', [20, 20, 20]), ...runs('cheap', [14, 14, 14])];
    const found = standings(results, ['t0', 't1', 't2'], 'cheap', slo);
    expect(found.map((one) => [one.policy, one.kept])).toEqual([
      ['cheap', 3],
      ['dear', 3],
      ['careless', 0],
    ]);
    expect(found[1]!.overBound!.value).toBeCloseTo(2, 12);
    expect(found[1]!.overBestRule!.value).toBeCloseTo(20 / 14, 12);
  });

  test('tell how far the comparison depends on the traces, which more seeds do not', () => {
    const rule = runs('rule', [10, 10, 10, 10]);
    const mean = { low: 1, high: 1 };
    const other = runs('other', [9, 11, 12, 8]).map((one) => ({
      ...one,
      overBestRule: { value: one.usd / 10, ...mean },
    }));
    const found = standings([...rule, ...other], ['t0', 't1', 't2', 't3'], 'rule', slo);
    const { overBestRule, overBestRuleAcrossTraces } = found.find((one) => one.policy === 'other')!;
    expect(overBestRuleAcrossTraces!.value).toBeCloseTo(overBestRule!.value, 12);
    expect(overBestRuleAcrossTraces!.low).toBeLessThan(0.9);
    expect(overBestRuleAcrossTraces!.high).toBeGreaterThan(1.1);
    expect(overBestRule!.high - overBestRule!.low).toBeLessThan(1e-9);
  });

  test('show the worst trace and the worst hour, and no mean where a trace has no bound', () => {
    const [first, second] = runs('rule', [12, 12]);
    const found = standings(
      [first!, { ...second!, boundUsd: null, worstHour: 0.5, attainment: late }],
      ['t0', 't1'],
      null,
      slo,
    );
    expect(found[0]).toMatchObject({ worstHour: 0.5, worstAttainment: 0.98, overBound: null, overBestRule: null });
  });
});
