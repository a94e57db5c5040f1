import type { SpotTerms } from './spot-terms.ts';

/** A group of equal virtual machines. */
export interface VmPool {
  readonly name: string;
  readonly instanceType: string;
  readonly min: number;
  readonly max: number;
  /** Requests that one VM works on at the same time. */
  readonly slots: number;
  /** Time from launch until the VM takes requests: lognormal with this median and log-standard deviation. */
  readonly boot: { readonly medianSeconds: number; readonly sigma: number };
  /** A VM that is told to go takes no new requests, and is billed this much longer. */
  readonly drainSeconds: number;
  /** [variant] Mean service time with all slots busy; null: the variant does not run here. */
  readonly serviceMs: readonly (number | null)[];
  /** Share by which the service time grows for each request that waits per VM, up to twice the time; 0: lines cost nothing. */
  readonly contention: number;
  /** Absent: the VMs are on demand, and nobody takes them back. */
  readonly spot?: SpotTerms | undefined;
}
