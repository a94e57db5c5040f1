/** When decisions are made on the wall clock. */
export interface Beat {
  readonly decisionSeconds: number;
  /** After the full interval, because the newest minute of a metric is never whole (docs/aws.md). */
  readonly offsetSeconds: number;
}

/** Number of the interval that is to be decided for at this time: it begins the offset and this round's jitter after each full interval of the clock. */
export function intervalAt({ decisionSeconds, offsetSeconds }: Beat, nowMs: number, jitterSeconds: number): number {
  return Math.floor((nowMs / 1000 - offsetSeconds - jitterSeconds) / decisionSeconds);
}

/**
 * Whether a decision is due: at first at once, then once per interval. A jitter that grew must not decide twice, so an earlier interval is
 * due only where it is earlier by more than one: then the clock was set back.
 */
export function isDue(last: number | null, interval: number): boolean {
  return last === null || interval > last || interval < last - 1;
}
