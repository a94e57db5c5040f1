import { profileHash } from '../env/profile.ts';
import type { Tuned } from '../policies/tuning/tune.ts';
import { choiceLine, choiceText } from './tune-choice.ts';
import type { TunedRule, TuneFlags, TunePlan } from './tune-plan.ts';
import { trialTable } from './tune-table.ts';
import { statedValues, type TunedFile } from './tuned-file.ts';

/** A rule with the settings tried, best first, and the one that it is given. */
export interface Tuning extends TunedRule, Tuned {}

/** How many settings are shown of a rule that is tuned alone. */
const shownTrials = 5;

/** Ends with what can be pasted: the specification chosen or, of several rules, the option that names them all. */
export function tuningText(plan: TunePlan, tunings: readonly Tuning[], reserve: number): string {
  const [only] = tunings;
  const isOne = tunings.length === 1;
  const chosen = tunings.map(({ choice }) => choice.chosen);
  const rows = isOne ? [...new Set([...only!.trials.slice(0, shownTrials), ...chosen])] : chosen;
  const tries = Math.max(...tunings.map(({ trials }) => trials.length));
  const tried = `${isOne ? '' : 'at most '}${tries} settings tried${isOne ? '' : ' of each'}`;
  const choices = isOne
    ? `${choiceText(only!.choice)}\n`
    : tunings.map(({ choice }) => `${choiceLine(choice)}\n`).join('');
  const names = chosen.map((one) => one.specification).join(' ');
  const traces = plan.traces.map((one) => one.name).join(', ');
  return `${trialTable(rows, plan.profile, reserve)}${tried} on ${traces}\n\n${choices}\n${isOne ? '' : '--policies '}${names}\n`;
}

/** What `--out` writes: the setting chosen for each rule, and how it was found. */
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
    policies: Object.fromEntries(tunings.map(({ kind, choice }) => [kind.name, statedValues(choice.chosen.values)])),
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
    policies: tunings.map(({ kind, fixed, trials, choice }) => ({
      policy: kind.name,
      fixed,
      best: choice.chosen.specification,
      choice: {
        reason: choice.reason,
        known: choice.known.specification,
        found: choice.best.specification,
        gains: choice.gains,
      },
      trials: trials.map(({ specification, values, score }) => ({ specification, parameters: values, ...score })),
    })),
  };
}
