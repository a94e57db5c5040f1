import { attainment, meanAccuracy, totalRequests, totalUsd } from '../../env/outcome.ts';
import type { Outcome, ServiceProfile } from '../../env/types.ts';

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
  /** Where it comes from: two parts of one source are not independent. */
  readonly origin: string;
}

/** What is known of a trace before a setting is run on it. */
export type Yardstick = Pick<TraceScore, 'boundUsd' | 'defaultUsd' | 'isDrawn' | 'origin'>;

/** A setting's worth over all traces, for comparing. */
export interface Score {
  /**
   * By how much attainment and accuracy fall short of what is promised, added up over the traces. Of many drawn ones the eighth with the largest shortfalls is
   * put aside: some are such that no setting keeps a promise on them, and what is missed there by a hair more or less would decide everything.
   */
  readonly shortfall: number;
  /**
   * The same for the promise with its reserve: what keeps a promise by a hair on some traces misses it by a hair on others. Put aside is a quarter: where requests
   * come in lots, as on a quarter of those of bench/tune.sh, who keeps the promise has often no reserve left, and to ask for it on all would buy it with dollars on each.
   */
  readonly reserveShortfall: number;
  /**
   * Geometric mean over the sources of dollars over those of the defaults: every source counts the same, however many parts of it there are, and what a
   * setting loses on a few counts as much as what it gains on others (bench/carry-over.ts compares means). Of recorded and of drawn ones apart, and the larger
   * counts: what is better on one kind only has not been shown to carry over.
   */
  readonly costRatio: number;
  readonly traces: readonly TraceScore[];
}

export function traceScore(outcome: Outcome, yardstick: Yardstick): TraceScore {
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
    shortfall: shortfallBelow(targetAttainment(profile, 0), 1 / 8, profile, traces),
    reserveShortfall: shortfallBelow(targetAttainment(profile, reserve), 1 / 4, profile, traces),
    costRatio: Math.max(
      ...[true, false].map((isDrawn) => overDefaults(traces.filter((one) => one.isDrawn === isDrawn))),
    ),
    traces,
  };
}

function overDefaults(traces: readonly TraceScore[]): number {
  if (traces.length === 0) return 0;
  return Math.exp(mean(sourceMeans(traces, (one) => Math.log((one.usd || 1) / (one.defaultUsd || 1)))));
}

/** [source] The mean over its traces. */
export function sourceMeans<Trace extends Pick<TraceScore, 'origin'>>(
  traces: readonly Trace[],
  measure: (trace: Trace) => number,
): number[] {
  const bySource = new Map<string, number[]>();
  for (const one of traces) bySource.set(one.origin, [...(bySource.get(one.origin) ?? []), measure(one)]);
  return [...bySource.values()].map(mean);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, one) => sum + one, 0) / values.length;
}

/** @param putAside share of the drawn ones, rounded */
function shortfallBelow(
  target: number,
  putAside: number,
  profile: ServiceProfile,
  traces: readonly TraceScore[],
): number {
  const of = (isDrawn: boolean) =>
    traces.filter((one) => one.isDrawn === isDrawn).map((one) => missing(target, profile, one));
  const drawn = of(true).sort((a, b) => a - b);
  const kept = [...of(false), ...drawn.slice(0, drawn.length - roundedHalfDown(putAside * drawn.length))];
  return kept.reduce((sum, one) => sum + one, 0);
}

/** A half counts for nothing. */
function roundedHalfDown(value: number): number {
  return Math.ceil(value - 0.5);
}

/** What a setting falls short of the target, and of the accuracy floor, on a trace. Accuracy has no reserve: it is the chosen variant's, whatever the load does. */
function missing(target: number, profile: ServiceProfile, { attainment, accuracy, requests }: TraceScore): number {
  // Requests of which none was finished were not in time; only without any is nothing missing.
  const late = Math.max(0, target - (attainment ?? (requests === 0 ? 1 : 0)));
  // Accuracies are sums of rounded decimals: a mean that equals the floor must not miss it by an ulp.
  return late + Math.max(0, profile.accuracyFloor - 1e-9 - (accuracy ?? 1));
}

/** The promise first, then its reserve, then the dollars. */
export function isBetter(a: Score, b: Score): boolean {
  if (a.shortfall !== b.shortfall) return a.shortfall < b.shortfall;
  if (a.reserveShortfall !== b.reserveShortfall) return a.reserveShortfall < b.reserveShortfall;
  return a.costRatio < b.costRatio;
}
