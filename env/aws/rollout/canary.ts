import type { Verdict } from './next-step.ts';

/** What one minute tells of a version; absent minutes are left out. */
export interface CanaryMinute {
  readonly invocations: number;
  readonly errors: number;
  /** Of the handler, without the start of an environment; null: nothing was measured. */
  readonly p95Ms: number | null;
}

export interface CanaryMinutes {
  readonly old: readonly CanaryMinute[];
  readonly new: readonly CanaryMinute[];
}

/** Minutes with traffic on the new version, and requests in them, before anything is said for it. */
export const freshMinutes = 3;
const leastRequests = 30;
/** How much longer than expected the new version may take: p95 of a tenth of the traffic scatters. */
const slack = 1.25;
/** Standard errors by which the share of errors may be above the old version's. */
const doubt = 3;
/** A single error proves nothing. */
const leastErrors = 3;

/**
 * `expectedRatio`: how much longer a request takes with the new memory, by the profile (below 1: shorter). A smaller memory is slower, and
 * meant to be: worse is what is beyond that. A larger one must only not be slower.
 */
export function judgeCanary({ old, new: fresh }: CanaryMinutes, expectedRatio: number): Verdict {
  if (hasMoreErrors(totals(old), totals(fresh))) return 'worse';
  const minutes = fresh.filter(({ invocations }) => invocations > 0).length;
  if (minutes < freshMinutes || totals(fresh).invocations < leastRequests) return 'early';
  const [before, after] = [medianP95(old), medianP95(fresh)];
  if (before === null || after === null) return 'fine';
  return after > before * Math.max(1, expectedRatio) * slack ? 'worse' : 'fine';
}

interface Totals {
  readonly invocations: number;
  readonly errors: number;
}

function totals(minutes: readonly CanaryMinute[]): Totals {
  return {
    invocations: minutes.reduce((sum, { invocations }) => sum + invocations, 0),
    errors: minutes.reduce((sum, { errors }) => sum + errors, 0),
  };
}

/** Errors beyond what the old version's share of them explains (normal approximation of the binomial). */
function hasMoreErrors(old: Totals, fresh: Totals): boolean {
  if (fresh.invocations === 0 || fresh.errors < leastErrors) return false;
  const share = Math.min(1, old.errors / Math.max(1, old.invocations));
  const expected = fresh.invocations * share;
  return fresh.errors > expected + doubt * Math.sqrt(Math.max(expected * (1 - share), 0.25));
}

/** Percentiles do not average: the middle one of the minutes. */
function medianP95(minutes: readonly CanaryMinute[]): number | null {
  const times = minutes.flatMap(({ p95Ms }) => p95Ms ?? []).sort((a, b) => a - b);
  return times[Math.floor(times.length / 2)] ?? null;
}
