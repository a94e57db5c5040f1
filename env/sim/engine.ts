import type { Action, Outcome, PoolState } from '../types.ts';

/** One fidelity of the simulated world. */
export interface Engine {
  /** Puts the action in force and lets one decision interval pass. */
  advance(action: Action): Interval;
  pools(): PoolState[];
}

/** What one interval brought: the outcome, and what metrics report beside it. */
export interface Interval {
  readonly outcome: Outcome;
  /** [bin] Requests per second. */
  readonly arrivals: readonly number[];
  /** [class] Requests waiting for a VM at the end. */
  readonly queueLength: readonly number[];
}
