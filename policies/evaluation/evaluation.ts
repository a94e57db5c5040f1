import { InputProblem } from '../../env/problem.ts';
import type { PriceBook, ServiceProfile } from '../../env/types.ts';
import { cheapestChoice, priceRatio } from '../economics.ts';
import type { Evaluation } from './json.ts';
import type { Trial } from './matrix.ts';
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
}

export interface JudgedTrace {
  readonly name: string;
  /** Judged time, without the warm-up. */
  readonly seconds: number;
  /** The least that any policy could have spent on it; null: not known. */
  readonly boundUsd: number | null;
}

/** The whole evaluation as the record that `--json` writes. */
export function evaluationOf(circumstances: Circumstances, trials: readonly Trial[]): Evaluation {
  const { profile, prices, traces } = circumstances;
  const bounds = new Map(traces.map((trace) => [trace.name, trace.boundUsd]));
  return {
    version: circumstances.version,
    service: profile.name,
    traces: traces.map((trace) => trace.name),
    fidelity: circumstances.fidelity,
    seeds: [...circumstances.seeds],
    durationSeconds: traces.reduce((sum, trace) => sum + trace.seconds, 0),
    warmUpSeconds: circumstances.warmUpSeconds,
    traceSeconds: traces.map((trace) => trace.seconds),
    slo: { attainment: profile.slo.attainment, accuracyFloor: profile.accuracyFloor },
    priceDate: prices.date,
    priceRatio: rho(profile, prices),
    results: trials.map((trial) => summarise(profile, trial, bounds.get(trial.trace) ?? null)),
  };
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
