import { attainment, meanAccuracy, totalRequests, totalUsd } from '../../env/outcome.ts';
import type { Outcome, ServiceProfile } from '../../env/types.ts';
import { interquartileMean } from '../evaluation/interval.ts';

/** The part of the misses allowed that a setting, or an agent, should leave unused on the workloads that it was chosen on. */
export const defaultReserve = 0.3;

/** What a trace made of a setting. */
export interface TraceScore {
  readonly usd: number;
  readonly requests: number;
  /** Share of the requests in time; null: none was finished. */
  readonly attainment: number | null;
  readonly accuracy: number | null;
  /** The least that any policy must spend. */
  readonly boundUsd: number;
  /** What the rule spends there with its defaults. */
  readonly defaultUsd: number;
  /** Drawn by a generator, not recorded. */
  readonly isDrawn: boolean;
}

/** A setting's worth over all traces, for comparing. */
export interface Score {
  /** By how much attainment and accuracy fall short of what is promised, added up over the traces. */
  readonly shortfall: number;
  /** The same for the promise with its reserve: what keeps a promise by a hair on some traces misses it by a hair on others. */
  readonly reserveShortfall: number;
  /**
   * Interquartile mean over the traces of dollars over those of the defaults: every trace counts the same, and none that is unlike the others decides
   * (bench/carry-over.ts compares means). Of recorded and of drawn ones apart, and the larger counts: what is better on one kind only has not been shown to carry over.
   */
  readonly costRatio: number;
  readonly traces: readonly TraceScore[];
}

export function traceScore(
  outcome: Outcome,
  yardstick: Pick<TraceScore, 'boundUsd' | 'defaultUsd' | 'isDrawn'>,
): TraceScore {
  return {
    usd: totalUsd(outcome),
    requests: totalRequests(outcome),
    attainment: attainment(outcome.classes),
    accuracy: meanAccuracy(outcome),
    ...yardstick,
  };
}

/** The promised attainment, and of the misses that it allows the reserve's part kept in hand. */
export function targetAttainment({ slo }: ServiceProfile, reserve: number): number {
  return slo.attainment + reserve * (1 - slo.attainment);
}

export function scoreOf(profile: ServiceProfile, traces: readonly TraceScore[], reserve: number): Score {
  return {
    shortfall: shortfallBelow(targetAttainment(profile, 0), profile, traces),
    reserveShortfall: shortfallBelow(targetAttainment(profile, reserve), profile, traces),
    costRatio: Math.max(
      ...[true, false].map((isDrawn) => overDefaults(traces.filter((one) => one.isDrawn === isDrawn))),
    ),
    traces,
  };
}

function overDefaults(traces: readonly TraceScore[]): number {
  return traces.length === 0 ? 0 : interquartileMean(traces.map((one) => one.usd / (one.defaultUsd || 1)));
}

/** Accuracy has no reserve: it is the chosen variant's, whatever the load does. */
function shortfallBelow(target: number, profile: ServiceProfile, traces: readonly TraceScore[]): number {
  return traces.reduce((sum, one) => {
    // Requests of which none was finished were not in time; only without any is nothing missing.
    const missing = Math.max(0, target - (one.attainment ?? (one.requests === 0 ? 1 : 0)));
    // Accuracies are sums of rounded decimals: a mean that equals the floor must not miss it by an ulp.
    const wrong = Math.max(0, profile.accuracyFloor - 1e-9 - (one.accuracy ?? 1));
    return sum + missing + wrong;
  }, 0);
}

/** The promise first, then its reserve, then the dollars. */
export function isBetter(a: Score, b: Score): boolean {
  if (a.shortfall !== b.shortfall) return a.shortfall < b.shortfall;
  if (a.reserveShortfall !== b.reserveShortfall) return a.reserveShortfall < b.reserveShortfall;
  return a.costRatio < b.costRatio;
}
