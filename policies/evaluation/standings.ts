import { oracleOn, seedRatios } from './comparison.ts';
import { type Interval, interquartileInterval } from './interval.ts';
import type { Evaluation, Result, Standing } from './json.ts';
import { misses } from './ranking.ts';

/** Every policy over all traces, each trace counting the same: those that keep their promises on more traces first, then by cost. */
export function standings(
  results: readonly Result[],
  traces: readonly string[],
  bestRule: string | null,
  slo: Evaluation['slo'],
): Standing[] {
  const policies = [...new Set(results.map((one) => one.policy))];
  const all = policies.map((policy) => {
    // [trace]
    const own = traces.flatMap((trace) => results.find((one) => one.policy === policy && one.trace === trace) ?? []);
    return standing(own, results, bestRule, slo);
  });
  return all.sort((a, b) => b.kept - a.kept || costOf(a) - costOf(b));
}

function costOf({ overBound, overBestRule, usdPerMillion }: Standing): number {
  return overBound?.value ?? overBestRule?.value ?? usdPerMillion ?? 0;
}

/** @param own [trace] the results of one policy */
function standing(
  own: readonly Result[],
  results: readonly Result[],
  bestRule: string | null,
  slo: Evaluation['slo'],
): Standing {
  const { policy, kind } = own[0]!;
  const rival = ({ trace }: Result) => results.find((one) => one.trace === trace && one.policy === bestRule) ?? null;
  const beside = (other: (one: Result) => Result | null) =>
    intervalOver(own, (one) => {
      const against = other(one);
      return against === null ? null : seedRatios(one, against);
    });
  const requests = own.reduce((sum, one) => sum + one.requests, 0);
  const mean = (value: (one: Result) => number) => own.reduce((sum, one) => sum + value(one), 0) / own.length;
  return {
    policy,
    kind,
    kept: own.filter((one) => !Object.values(misses(one, slo)).includes(true)).length,
    overBound: intervalOver(own, ({ boundUsd, seedsUsd }) => boundUsd && seedsUsd.map((usd) => usd / boundUsd)),
    overBestRule: beside(rival),
    overBestRuleAcrossTraces: acrossTraces(own.map((one) => one.overBestRule?.value ?? null)),
    overOracle: beside(({ trace }) => oracleOn(results, trace)),
    overBoundAtAttainment:
      acrossTraces(
        own.map(({ boundUsd, usdAtAttainment: usd }) => (boundUsd === null || usd === null ? null : usd / boundUsd)),
      )?.value ?? null,
    worstAttainment: least(own.map((one) => one.attainment.all)),
    worstHour: least(own.map((one) => one.worstHour)),
    promisedTimeShare: mean((one) => one.promisedTimeShare ?? 1),
    churnPerDay: mean((one) => one.churnPerDay),
    usdPerMillion: requests > 0 ? (1e6 * own.reduce((sum, one) => sum + one.usd, 0)) / requests : null,
  };
}

/** Null where one of the traces has no values: a mean over other traces would be no comparison. */
function intervalOver(
  own: readonly Result[],
  valuesOf: (one: Result) => readonly number[] | null | 0,
): Interval | null {
  const strata = own.map(valuesOf);
  return strata.every((one) => Array.isArray(one)) ? interquartileInterval(strata) : null;
}

/** One value for each trace, and the traces drawn anew: what other traces like these might have shown. */
function acrossTraces(values: readonly (number | null)[]): Interval | null {
  return values.every((one) => one !== null) ? interquartileInterval([values]) : null;
}

function least(shares: readonly (number | null)[]): number | null {
  const known = shares.filter((one) => one !== null);
  return known.length > 0 ? Math.min(...known) : null;
}
