import type { FunctionRecord } from '../../sim/function-record.ts';
import type { Outcome } from '../../types.ts';
import type { Traffic } from './traffic.ts';

/** What happened in one step of the world, for those who measure it. */
export interface Passed {
  readonly startMs: number;
  readonly outcome: Outcome;
  readonly record: FunctionRecord;
  readonly traffic: Traffic;
  /** [pool] VMs that requests reached. */
  readonly serving: readonly number[];
}
