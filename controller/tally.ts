import { addOutcomes, attainment, emptyOutcome, meanAccuracy, totalRequests, totalUsd } from '../env/outcome.ts';
import type { Outcome, ServiceProfile } from '../env/types.ts';
import type { JournalEntry, Mode } from './journal/journal-entry.ts';

/** How a run went, for its last line. */
export interface RunSummary {
  readonly mode: Mode;
  readonly decisions: number;
  /** Decisions in which the policy's proposal was set aside. */
  readonly holds: number;
  /** Actions of the watched policy that reached the environment: 0 in shadow mode. */
  readonly policyWrites: number;
  /** Shadow mode: another policy drove the fleet; on AWS there is none, and what drives the fleet is not known. */
  readonly hasIncumbent: boolean;
  /** Share of the decisions in which the policy wanted the VMs that were applied; null before the first. */
  readonly sameVms: number | null;
  readonly requests: number;
  readonly usd: number;
  readonly attainment: number | null;
  readonly accuracy: number | null;
  /** `stopped`: by a signal; `abandoned`: by a signal, with a decision that did not end within the deadline. */
  readonly end: 'complete' | 'stopped' | 'abandoned';
}

/** Adds a run up, decision by decision. */
export class Tally {
  readonly #mode: Mode;
  #total: Outcome;
  #decisions = 0;
  #holds = 0;
  #policyWrites = 0;
  #sameVms = 0;
  #hasIncumbent = false;

  constructor(profile: ServiceProfile, mode: Mode) {
    this.#mode = mode;
    // Nobody asks a whole run for its latencies.
    this.#total = { ...emptyOutcome(profile), latency: new Float64Array() };
  }

  get decisions(): number {
    return this.#decisions;
  }

  /** Just before the environment gets an action that the watched policy chose. */
  policyWrites(): void {
    this.#policyWrites++;
  }

  decided(entry: JournalEntry, outcome: Outcome | null): void {
    this.#decisions++;
    if (entry.held !== null) this.#holds++;
    if (entry.incumbent !== null) this.#hasIncumbent = true;
    if (entry.action?.vmCounts.join() === entry.applied.vmCounts.join()) this.#sameVms++;
    if (outcome !== null) this.#total = addOutcomes(this.#total, outcome);
  }

  summary(end: RunSummary['end']): RunSummary {
    return {
      mode: this.#mode,
      decisions: this.#decisions,
      holds: this.#holds,
      policyWrites: this.#policyWrites,
      hasIncumbent: this.#hasIncumbent,
      sameVms: this.#decisions === 0 ? null : this.#sameVms / this.#decisions,
      requests: totalRequests(this.#total),
      usd: totalUsd(this.#total),
      attainment: attainment(this.#total.classes),
      accuracy: meanAccuracy(this.#total),
      end,
    };
  }
}
