import type { Deployment } from '../deployment/deployment.ts';
import type { PriceBook, ServiceProfile, Workload } from '../types.ts';
import type { Fault } from './faults/fault.ts';
import type { Lags } from './lags.ts';

export interface TwinOptions {
  readonly profile: ServiceProfile;
  readonly deployment: Deployment;
  readonly prices: PriceBook;
  readonly workload: Workload;
  readonly seed: number;
  /** Of the simulated wall clock; the start of a minute. */
  readonly startedAt: Date;
  /** [pool] By default those of `initialFleet`. */
  readonly initialVms?: readonly number[];
  readonly lags?: Partial<Lags>;
  readonly faults?: readonly Fault[];
  /** 0, the default: any that is free. */
  readonly port?: number;
  /** Null, the default: the time stands still until it is advanced. */
  readonly running?: { readonly speed: number; readonly monotonicMs: () => number } | null;
  /** Whole seconds, a divisor of 60; changes to the account reach the load at the next step. */
  readonly stepSeconds?: number;
  /** The real time, for the Date of every answer; absent: none but under the fault `clock-skew`, which then bends the twin's time. */
  readonly wallMs?: () => number;
}
