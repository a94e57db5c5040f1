import type { Environment, Policy, PriceBook, ServiceProfile, Workload } from '../env/types.ts';
import type { TraceReader } from './trace-source.ts';

export type Fidelity = 'request-level' | 'fluid';

export type JudgedPolicy = Policy & {
  readonly parameters: Readonly<Record<string, number | string>>;
  /** Time between its decisions, where it is not the service's. */
  readonly cadenceSeconds?: number;
  /** Names of the workloads that it was trained or selected on; absent: none. */
  readonly learntFrom?: readonly string[];
  /** Present where it must be told the whole workload before it decides. */
  readonly foresee?: (future: Workload) => void;
};

/** What turns the plain data of a job into objects. */
export interface Parts extends TraceReader {
  readonly profile: (file: string) => Promise<ServiceProfile>;
  readonly prices: (file: string | null) => Promise<PriceBook>;
  readonly policy: (specification: string, profile: ServiceProfile, prices: PriceBook) => Promise<JudgedPolicy>;
  readonly simulator: (options: {
    readonly fidelity: Fidelity;
    readonly profile: ServiceProfile;
    readonly prices: PriceBook;
    readonly workload: Workload;
    readonly seed: number;
    /** [pool] VMs that are ready at the start, whatever the policy's clock. */
    readonly initialVms: readonly number[];
  }) => Environment;
}
