import { shortName } from './format.ts';
import { interquartileInterval } from './interval.ts';
import type { Evaluation, Result } from './json.ts';
import { misses } from './ranking.ts';
import type { Summary } from './summary.ts';

export type Kinded = Summary & Pick<Result, 'kind'>;

const oracle = 'oracle';

/**
 * The rule that the others are held against: one for all traces, as whoever runs a service must choose one. It misses its promises on the fewest
 * traces, and of those spends least over the bound, in the mean of the traces. Null: no rule was run on every trace.
 */
export function bestRule(results: readonly Kinded[], slo: Evaluation['slo']): string | null {
  const traces = new Set(results.map((one) => one.trace)).size;
  const rules = new Set(results.filter((one) => one.kind === 'rule').map((one) => one.policy));
  const least = leastUsd(results);
  const judged = [...rules]
    .map((policy) => ({ policy, own: results.filter((one) => one.policy === policy) }))
    .filter(({ own }) => own.length === traces)
    .map(({ policy, own }) => ({
      policy,
      missed: own.filter((one) => Object.values(misses(one, slo)).includes(true)).length,
      cost: own.reduce((sum, one) => sum + one.usd / (one.boundUsd ?? least.get(one.trace)!), 0),
    }));
  judged.sort((a, b) => a.missed - b.missed || a.cost - b.cost);
  return judged[0]?.policy ?? null;
}

/** The rule that the others are held against, how it came to that, and where it fails itself; null: nothing is held against it. */
export function referenceText({ bestRule: rule, results, slo, traces }: Evaluation): string | null {
  if (rule === null || results.every((one) => one.overBestRule === null)) return null;
  const why = rule === bestRule(results, slo) ? 'the best rule over all traces' : 'as asked';
  const own = results.filter((one) => one.policy === rule);
  const missed = own.filter((one) => Object.values(misses(one, slo)).includes(true)).length;
  const where = traces.length === 1 ? 'here' : `on ${missed} of ${traces.length} traces`;
  return `${shortName(rule)}, ${why}${missed === 0 ? '' : `, which misses a promise itself ${where}`}`;
}

/** [trace] What the cheapest policy spent there: the yardstick where there is no bound. */
function leastUsd(results: readonly Kinded[]): Map<string, number> {
  const least = new Map<string, number>();
  for (const { trace, usd } of results) least.set(trace, Math.min(usd, least.get(trace) ?? usd) || 1);
  return least;
}

/** Each result with what it costs beside the best rule on the same trace with the same seeds, and beside the replayed optimum. */
export function compared(
  results: readonly Kinded[],
  rule: string | null,
): (Kinded & Pick<Result, 'overBestRule' | 'oracleRegret'>)[] {
  return results.map((one) => {
    const rival = results.find((other) => other.trace === one.trace && other.policy === rule);
    const ratios = rival === undefined ? null : seedRatios(one, rival);
    const optimum = oracleOn(results, one.trace);
    return {
      ...one,
      overBestRule: ratios === null ? null : interquartileInterval([ratios]),
      oracleRegret: optimum === null ? null : one.usd / optimum.usd - 1,
    };
  });
}

/** [seed] Dollars of one over those of the other, which met the same demand and the same boots; null: the other spent nothing. */
export function seedRatios(one: Pick<Result, 'seedsUsd'>, other: Pick<Result, 'seedsUsd'>): number[] | null {
  if (other.seedsUsd.some((usd) => usd <= 0)) return null;
  return one.seedsUsd.map((usd, seed) => usd / other.seedsUsd[seed]!);
}

/** The replayed optimum on a trace, where it is among the policies. */
export function oracleOn<One extends Kinded>(results: readonly One[], trace: string): One | null {
  const isOracle = ({ policy, kind }: One) => kind === 'clairvoyant' && policy.split(':')[0] === oracle;
  const found = results.find((one) => one.trace === trace && isOracle(one));
  return found !== undefined && found.usd > 0 ? found : null;
}
