/** How fast the decisions follow each other. */
export interface Pace {
  readonly decisionSeconds: number;
  /** Simulated seconds per second of the wall clock; Infinity: as fast as possible. */
  readonly speed: number;
  /** The run ends after this many decisions. */
  readonly decisions: number;
}

/**
 * Decisions that should have been taken by now but were not: floor(elapsed * speed / decisionSeconds) - done, never beyond
 * the end of the run, never negative. The n-th decision falls due when its interval of n * decisionSeconds / speed is over.
 */
export function decisionsDue(pace: Pace, elapsedSeconds: number, done: number): number {
  const { decisionSeconds, speed, decisions } = pace;
  const byNow = speed === Infinity ? decisions : Math.floor((elapsedSeconds * speed) / decisionSeconds);
  return Math.max(0, Math.min(byNow, decisions) - done);
}
