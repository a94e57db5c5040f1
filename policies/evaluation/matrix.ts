import type { Outcome, ServiceProfile } from '../../env/types.ts';
import type { Knob } from './knob.ts';
import type { Punctuality } from './punctuality.ts';
import type { Timeline } from './timeline.ts';
import { OutcomeTotals } from './totals.ts';

/** One run of the evaluation. */
export interface Cell {
  readonly trace: string;
  readonly policy: string;
  readonly seed: number;
  /** With which the policy was turned; absent: the policy as it is. */
  readonly knob?: Knob;
}

/** What a run of a cell brought. */
export interface CellRun extends Cell {
  readonly parameters: Readonly<Record<string, number | string>>;
  readonly outcome: Outcome;
  readonly punctuality: Punctuality;
  readonly timeline: Timeline | null;
}

/** The runs of one policy on one trace, at one setting of the knob. */
export interface Trial {
  readonly trace: string;
  readonly policy: string;
  readonly knob?: Knob;
  readonly parameters: Readonly<Record<string, number | string>>;
  /** [seed] */
  readonly outcomes: readonly Outcome[];
  /** [seed] */
  readonly punctualities: readonly Punctuality[];
  /** Of all seeds together. */
  readonly pooled: Outcome;
  /** Of the first seed; null where none was kept. */
  readonly timeline: Timeline | null;
}

/** Every policy on every trace with every seed, the seed running fastest. */
export function cells(traces: readonly string[], policies: readonly string[], seeds: readonly number[]): Cell[] {
  return traces.flatMap((trace) => policies.flatMap((policy) => seeds.map((seed) => ({ trace, policy, seed }))));
}

/** Brings the runs of the same policy, trace and knob together, in the order in which they first appear. */
export function trials(profile: ServiceProfile, runs: readonly CellRun[]): Trial[] {
  const groups = new Map<string, CellRun[]>();
  for (const run of runs) {
    const key = JSON.stringify([run.trace, run.policy, run.knob ?? null]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [run]);
    else group.push(run);
  }
  return [...groups.values()].map((group) => trialOf(profile, group));
}

function trialOf(profile: ServiceProfile, runs: readonly CellRun[]): Trial {
  const { trace, policy, knob, parameters, timeline } = runs[0]!;
  const totals = new OutcomeTotals(profile);
  for (const run of runs) totals.add(run.outcome);
  return {
    trace,
    policy,
    ...(knob !== undefined && { knob }),
    parameters,
    outcomes: runs.map((run) => run.outcome),
    punctualities: runs.map((run) => run.punctuality),
    pooled: totals.outcome,
    timeline,
  };
}
