import { profileHash } from '../env/profile.ts';
import type { Trial } from '../policies/tuning/search.ts';
import type { TunedRule, TuneFlags, TunePlan } from './tune-plan.ts';
import { trialTable } from './tune-table.ts';
import { statedValues, type TunedFile } from './tuned-file.ts';

/** A rule with the settings tried, best first. */
export interface Tuning extends TunedRule {
  readonly trials: readonly Trial[];
}

/** How many settings are shown of a rule that is tuned alone. */
const shownTrials = 5;

/** Ends with what can be pasted: the best specification or, of several rules, the option that names them all. */
export function tuningText(plan: TunePlan, tunings: readonly Tuning[], reserve: number): string {
  const [only] = tunings;
  const isOne = tunings.length === 1;
  const rows = isOne ? only!.trials.slice(0, shownTrials) : tunings.map(({ trials }) => trials[0]!);
  const tries = Math.max(...tunings.map(({ trials }) => trials.length));
  const tried = `${isOne ? '' : 'at most '}${tries} settings tried${isOne ? '' : ' of each'}`;
  const best = isOne ? rows[0]!.specification : `--policies ${rows.map((one) => one.specification).join(' ')}`;
  const traces = plan.traces.map((one) => one.name).join(', ');
  return `${trialTable(rows, plan.profile, reserve)}${tried} on ${traces}; the best:\n\n${best}\n`;
}

/** What `--out` writes: the best setting of each rule, and how it was found. */
export function tunedFile(flags: TuneFlags, plan: TunePlan, tunings: readonly Tuning[]): TunedFile {
  return {
    version: 1,
    service: plan.profile.name,
    serviceHash: profileHash(plan.profile),
    fidelity: plan.fidelity,
    traces: plan.traces.map((one) => one.name),
    budget: flags.budget,
    seed: flags.seed,
    reserve: flags.reserve,
    policies: Object.fromEntries(tunings.map(({ kind, trials }) => [kind.name, statedValues(trials[0]!.values)])),
  };
}

export function tuningJson(flags: TuneFlags, plan: TunePlan, tunings: readonly Tuning[]) {
  return {
    version: 1,
    service: plan.profile.name,
    traces: plan.traces.map((one) => one.name),
    fidelity: plan.fidelity,
    budget: flags.budget,
    seed: flags.seed,
    reserve: flags.reserve,
    warmUpSeconds: plan.warmUpSeconds,
    policies: tunings.map(({ kind, fixed, trials }) => ({
      policy: kind.name,
      fixed,
      best: trials[0]!.specification,
      trials: trials.map(({ specification, values, score }) => ({ specification, parameters: values, ...score })),
    })),
  };
}
