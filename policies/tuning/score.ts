import { attainment, meanAccuracy, totalRequests, totalUsd } from '../../env/outcome.ts';
import type { Outcome, ServiceProfile } from '../../env/types.ts';

/** What a trace made of a setting. */
export interface TraceScore {
  readonly usd: number;
  readonly requests: number;
  /** Share of the requests in time; null: nothing was asked. */
  readonly attainment: number | null;
  readonly accuracy: number | null;
  /** The least that any policy must spend. */
  readonly boundUsd: number;
}

/** A setting's worth over all traces, for comparing. */
export interface Score {
  /** By how much attainment and accuracy fall short of what is promised, added up over the traces. */
  readonly shortfall: number;
  /** Mean over the traces of dollars over the bound, so that every trace counts the same. */
  readonly costRatio: number;
  readonly traces: readonly TraceScore[];
}

export function traceScore(outcome: Outcome, boundUsd: number): TraceScore {
  return {
    usd: totalUsd(outcome),
    requests: totalRequests(outcome),
    attainment: attainment(outcome.classes),
    accuracy: meanAccuracy(outcome),
    boundUsd,
  };
}

export function scoreOf(profile: ServiceProfile, traces: readonly TraceScore[]): Score {
  const shortfall = traces.reduce((sum, one) => {
    const missing = Math.max(0, profile.slo.attainment - (one.attainment ?? 1));
    // Accuracies are sums of rounded decimals: a mean that equals the floor must not miss it by an ulp.
    const wrong = Math.max(0, profile.accuracyFloor - 1e-9 - (one.accuracy ?? 1));
    return sum + missing + wrong;
  }, 0);
  const costRatio = traces.reduce((sum, one) => sum + one.usd / (one.boundUsd || 1), 0) / traces.length;
  return { shortfall, costRatio, traces };
}

/** The promise first, then the dollars. */
export function isBetter(a: Score, b: Score): boolean {
  return a.shortfall < b.shortfall || (a.shortfall === b.shortfall && a.costRatio < b.costRatio);
}
