import { attainment, meanAccuracy, totalUsd } from '../../env/outcome.ts';
import { InputProblem } from '../../env/problem.ts';
import type { PriceBook, ServiceProfile } from '../../env/types.ts';
import { cheapestChoice, priceRatio } from '../economics.ts';
import { bestRule, compared } from './comparison.ts';
import { usdAtAttainment } from './equal-attainment.ts';
import type { Evaluation, Result, TuningNote } from './json.ts';
import type { Trial } from './matrix.ts';
import { standings } from './standings.ts';
import { summarise } from './summary.ts';

export interface Circumstances {
  /** Of Spillway. */
  readonly version: string;
  readonly profile: ServiceProfile;
  readonly prices: PriceBook;
  readonly traces: readonly JudgedTrace[];
  readonly fidelity: Evaluation['fidelity'];
  readonly seeds: readonly number[];
  readonly warmUpSeconds: number;
  /** What each policy is, by its name; absent: a rule. */
  readonly kinds?: Readonly<Record<string, Result['kind']>>;
  /** Where policies got their parameters; absent: nowhere. */
  readonly tuning?: TuningNote | null;
  /** The rule that the others are held against; absent: the best one. */
  readonly beside?: string | null;
}

export interface JudgedTrace {
  readonly name: string;
  /** Judged time, without the warm-up. */
  readonly seconds: number;
  /** The least that any policy could have spent on it; null: not known. */
  readonly boundUsd: number | null;
  /** What its counts were multiplied with; absent: 1. */
  readonly scale?: number;
  /** VMs that its mean load keeps busy, where it was scaled to that; absent: it was not. */
  readonly fleet?: number | null;
}

/** The whole evaluation as the record that `--json` writes. Trials with a knob are points of the curves of those without. */
export function evaluationOf(circumstances: Circumstances, trials: readonly Trial[]): Evaluation {
  const { profile, prices, traces, kinds = {} } = circumstances;
  const slo = { attainment: profile.slo.attainment, accuracyFloor: profile.accuracyFloor };
  const bounds = new Map(traces.map((trace) => [trace.name, trace.boundUsd]));
  const summaries = trials
    .filter((trial) => trial.knob === undefined)
    .map((trial) => ({
      ...summarise(profile, trial, bounds.get(trial.trace) ?? null),
      kind: kinds[trial.policy] ?? ('rule' as const),
    }));
  const rule = circumstances.beside ?? bestRule(summaries, slo);
  const results = compared(summaries, rule).map((one) => ({ ...one, ...curveOf(one, trials, slo) }));
  const names = traces.map((trace) => trace.name);
  return {
    version: circumstances.version,
    service: profile.name,
    traces: names,
    fidelity: circumstances.fidelity,
    seeds: [...circumstances.seeds],
    durationSeconds: traces.reduce((sum, trace) => sum + trace.seconds, 0),
    warmUpSeconds: circumstances.warmUpSeconds,
    traceSeconds: traces.map((trace) => trace.seconds),
    scales: traces.map((trace) => trace.scale ?? 1),
    fleets: traces.map((trace) => trace.fleet ?? null),
    slo,
    priceDate: prices.date,
    priceRatio: rho(profile, prices),
    tuning: circumstances.tuning ?? null,
    bestRule: rule,
    results,
    standings: standings(results, names, rule, slo),
  };
}

/** The policy itself and its turned selves, by rising cost; nothing where none was turned. */
function curveOf(
  one: Pick<Result, 'policy' | 'trace'>,
  trials: readonly Trial[],
  slo: Evaluation['slo'],
): Pick<Result, 'curve' | 'usdAtAttainment'> {
  const own = trials.filter(({ policy, trace }) => policy === one.policy && trace === one.trace);
  if (own.every((trial) => trial.knob === undefined)) return { curve: [], usdAtAttainment: null };
  const curve = own
    .map(({ knob = { vms: 1, patience: 0 }, pooled, outcomes }) => ({
      ...knob,
      usd: totalUsd(pooled) / outcomes.length,
      attainment: attainment(pooled.classes),
      accuracy: meanAccuracy(pooled),
    }))
    .sort((a, b) => a.usd - b.usd);
  return { curve, usdAtAttainment: usdAtAttainment(curve, slo) };
}

/** Null where no variant runs both on a VM and on Lambda. */
function rho(profile: ServiceProfile, prices: PriceBook): number | null {
  try {
    return priceRatio(profile, prices, cheapestChoice(profile, prices));
  } catch (error) {
    if (error instanceof InputProblem) return null;
    throw error;
  }
}
