import type { ChaosScript } from './script.ts';

/** One life of a controller, as the watch knows it. */
export interface Caller {
  /** Of its lines in the journal, and of its lease. */
  readonly runId: string;
  readonly mode: ChaosScript['mode'];
  readonly journal: string;
}
