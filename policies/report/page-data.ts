import { binLowerMs, histogramBins } from '../../env/histogram.ts';
import type { PriceBook, ServiceProfile } from '../../env/types.ts';
import type { Evaluation } from '../evaluation/json.ts';
import type { Trial } from '../evaluation/matrix.ts';
import { type BoundData, boundData } from './bound-data.ts';
import { type RunData, runData } from './run-data.ts';

/** What the page's scripts read; page/chart.js describes the same to the type checker. */
export interface PageData {
  readonly classes: readonly { readonly name: string; readonly deadlineMs: number }[];
  readonly pools: readonly string[];
  readonly variants: readonly string[];
  readonly router: ServiceProfile['router'];
  readonly warmUpSeconds: number;
  readonly policies: readonly string[];
  readonly traces: readonly TraceData[];
}

export interface TraceData {
  readonly name: string;
  readonly latency: LatencyData;
  /** [policy] The first seed's; null: no run. */
  readonly runs: readonly (RunData | null)[];
  /** What the optimal fleet would have served; null: no run tells the load. */
  readonly bound: BoundData | null;
}

export interface LatencyData {
  /** [point] */
  readonly ms: readonly number[];
  /** [policy][point] Share of the answered requests that took no longer; null: no run, or none answered. */
  readonly shares: readonly (readonly number[] | null)[];
}

export function pageData(
  evaluation: Evaluation,
  profile: ServiceProfile,
  prices: PriceBook,
  trials: readonly Trial[],
): PageData {
  const policies = policyNames(evaluation);
  const plain = trials.filter((trial) => trial.knob === undefined);
  return {
    classes: profile.slo.classes.map(({ name, deadlineMs }) => ({ name, deadlineMs })),
    pools: profile.pools.map((pool) => pool.name),
    variants: profile.variants.map((variant) => variant.name),
    router: profile.router,
    warmUpSeconds: evaluation.warmUpSeconds,
    policies,
    traces: evaluation.traces.map((name) => {
      const found = policies.map((policy) => plain.find((trial) => trial.trace === name && trial.policy === policy));
      return {
        name,
        latency: latencyData(found.map((trial) => trial?.pooled.latency ?? null)),
        runs: found.map((trial) => (trial?.timeline ? runData(profile, trial.timeline) : null)),
        bound: boundData(profile, prices, found),
      };
    }),
  };
}

/** In the order in which they were named; their place picks their colour. */
export function policyNames(evaluation: Evaluation): string[] {
  return [...new Set(evaluation.results.map((result) => result.policy))];
}

/** Cumulative shares at the upper edges of the bins that any policy used. */
function latencyData(histograms: readonly (Float64Array | null)[]): LatencyData {
  const isUsed = (bin: number) => histograms.some((histogram) => histogram !== null && histogram[bin]! > 0);
  const used = Array.from({ length: histogramBins }, (_, bin) => bin).filter(isUsed);
  if (used.length === 0) return { ms: [], shares: histograms.map(() => null) };
  const first = used[0]!;
  const bins = Array.from({ length: used.at(-1)! - first + 1 }, (_, index) => first + index);
  return {
    ms: [binLowerMs(first), ...bins.map((bin) => binLowerMs(bin + 1))],
    shares: histograms.map((histogram) => (histogram === null ? null : cumulative(histogram, bins))),
  };
}

function cumulative(histogram: Float64Array, bins: readonly number[]): number[] | null {
  const total = histogram.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let below = 0;
  const shares = bins.map((bin) => {
    below += histogram[bin]!;
    return Number((below / total).toFixed(6));
  });
  return [0, ...shares];
}
