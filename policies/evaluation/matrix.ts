import type { Outcome, ServiceProfile } from '../../env/types.ts';
import type { Timeline } from './timeline.ts';
import { OutcomeTotals } from './totals.ts';

/** One run of the evaluation. */
export interface Cell {
  readonly trace: string;
  readonly policy: string;
  readonly seed: number;
}

/** What a run of a cell brought. */
export interface CellRun extends Cell {
  readonly parameters: Readonly<Record<string, number | string>>;
  readonly outcome: Outcome;
  readonly timeline: Timeline | null;
}

/** The runs of one policy on one trace. */
export interface Trial {
  readonly trace: string;
  readonly policy: string;
  readonly parameters: Readonly<Record<string, number | string>>;
  /** [seed] */
  readonly outcomes: readonly Outcome[];
  /** Of all seeds together. */
  readonly pooled: Outcome;
  /** Of the first seed; null where none was kept. */
  readonly timeline: Timeline | null;
}

/** Every policy on every trace with every seed, the seed running fastest. */
export function cells(traces: readonly string[], policies: readonly string[], seeds: readonly number[]): Cell[] {
  return traces.flatMap((trace) => policies.flatMap((policy) => seeds.map((seed) => ({ trace, policy, seed }))));
}

/** Brings the runs of the same policy and trace together, in the order in which they first appear. */
export function trials(profile: ServiceProfile, runs: readonly CellRun[]): Trial[] {
  const groups = new Map<string, CellRun[]>();
  for (const run of runs) {
    const key = JSON.stringify([run.trace, run.policy]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [run]);
    else group.push(run);
  }
  return [...groups.values()].map((group) => trialOf(profile, group));
}

function trialOf(profile: ServiceProfile, runs: readonly CellRun[]): Trial {
  const { trace, policy, parameters, timeline } = runs[0]!;
  const totals = new OutcomeTotals(profile);
  for (const run of runs) totals.add(run.outcome);
  return { trace, policy, parameters, outcomes: runs.map((run) => run.outcome), pooled: totals.outcome, timeline };
}
