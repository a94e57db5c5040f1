import type { Action, PoolState, PriceBook, ServiceProfile } from '../../env/types.ts';

/** One earlier decision: what was known and found then, and what was in force afterwards. */
export interface Moment {
  readonly timeSeconds: number;
  /** [bin] Requests per second of the newest interval that was known, and when it began; null: absent. */
  readonly arrivals: { readonly perSecond: readonly number[]; readonly startSeconds: number } | null;
  /** [pool] */
  readonly pools: readonly PoolState[];
  readonly applied: Action;
}

/** What a roll-out begins from. */
export interface Present {
  readonly profile: ServiceProfile;
  readonly prices: PriceBook;
  /** Oldest first; the last one is the decision itself. */
  readonly moments: readonly Moment[];
}

/** [interval] Demand of a row of intervals of `decisionSeconds`: [bin] requests per second. */
export type Demand = readonly (readonly number[])[];

/** The known arrivals, interval by interval up to the newest, and when that ended; what was lost between is filled in with what came before it. */
export function knownDemand({ profile, moments }: Present): {
  readonly intervals: Demand;
  readonly endSeconds: number;
} {
  const { decisionSeconds } = profile;
  const intervals: (readonly number[])[] = [];
  let endSeconds = moments.at(-1)!.timeSeconds;
  for (const { arrivals } of moments) {
    if (arrivals === null) continue;
    const missing = intervals.length === 0 ? 0 : Math.round((arrivals.startSeconds - endSeconds) / decisionSeconds);
    if (missing < 0) continue;
    for (let lost = 0; lost < missing; lost++) intervals.push(intervals.at(-1)!);
    intervals.push(arrivals.perSecond);
    endSeconds = arrivals.startSeconds + decisionSeconds;
  }
  return { intervals, endSeconds };
}
