import type { Mode } from '../controller/journal/journal-entry.ts';
import type { Fidelity } from './parts.ts';

/** What the person asked `spillway run` for. */
export interface RunOptions {
  readonly env: 'sim' | 'aws';
  readonly policy: string;
  readonly fallback?: string;
  readonly prices?: string;
  /** A file, `default` or `none`. */
  readonly limits: string;
  readonly mode: Mode;
  readonly decisions?: number;
  readonly journal: string;
  /** Megabytes after which a file of the journal is put aside; absent: as the environment has it by default. */
  readonly journalSize?: number;
  readonly journalKeep?: number;
  readonly fsync: boolean;
  readonly healthPort?: number;
  readonly pretty: boolean;
  readonly quiet: boolean;

  // Of --env sim.
  readonly service?: string;
  readonly trace?: string;
  readonly scale?: number;
  readonly start?: number;
  readonly duration?: number;
  readonly speed: number;
  readonly seed: number;
  readonly fidelity: Fidelity;
  readonly incumbent?: string;

  // Of --env aws.
  /** A file, or a folder of them. */
  readonly deployment?: string;
  readonly rehearsal?: string;
  readonly allowPolicies?: boolean;
  /** Seconds before the run whose arrivals the policy is told; 0: none. */
  readonly recall: number;
  /** False: live without one. */
  readonly lease: boolean;
}
