import type { Figure } from './figure.ts';

/** A published experiment that can be run again. */
export interface Experiment {
  /** Of the form PAPER-SUBJECT. */
  readonly name: string;
  readonly title: string;
  /** The paper, and where in it. */
  readonly source: string;
  /** How often `told` is called. */
  readonly steps: number;
  run(laboratory: Laboratory): Promise<Findings>;
}

/** What an experiment is run with. */
export interface Laboratory {
  readonly seed: number;
  /** Folder of the papers' profiles and price books (examples/papers). */
  readonly papers: string;
  /** Folder of real traces; null: there is none, so generators stand in. */
  readonly traces: string | null;
  /** What `make` answers, made once for all experiments that ask under this key. */
  once<Made>(key: string, make: () => Promise<Made>): Promise<Made>;
  /** One step is done; says in a few words what it was. */
  told(note: string): void;
}

export interface Findings {
  /** What the paper leaves open, and what was assumed: one sentence each. */
  readonly assumptions: readonly string[];
  readonly fits: readonly Fit[];
  readonly figures: readonly Figure[];
  readonly sensitivities: readonly Sensitivity[];
}

/** A number that the command found so that a calibrated figure is met. */
export interface Fit {
  readonly parameter: string;
  readonly value: number;
  readonly unit: string;
  /** The figure that it was fitted to. */
  readonly to: string;
}

/** How figures move with a parameter that the paper leaves open. */
export interface Sensitivity {
  readonly parameter: string;
  /** What the columns are. */
  readonly columns: readonly string[];
  /** One for each value tried: the value, and a cell for each column. */
  readonly rows: readonly { readonly value: string; readonly cells: readonly string[] }[];
}
