import type { Passed } from '../world/passed.ts';

/** Measures a part of the world step by step, and publishes a metric's minute when it is over. */
export interface Meter {
  note(passed: Passed): void;
  /** The minute that starts then is over. */
  publish(startMs: number): void;
}
