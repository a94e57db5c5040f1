import { readFile } from 'node:fs/promises';
import Table from 'cli-table3';
import { simulatedParts } from '../cli/simulated-parts.ts';
import type { ServiceProfile } from '../env/types.ts';
import { formatShare } from '../policies/evaluation/format.ts';
import type { ParameterValues } from '../policies/kind.ts';
import { policyKinds } from '../policies/registry.ts';
import { writeSpecification } from '../policies/specification.ts';
import { choose } from '../policies/tuning/choice.ts';
import { type Score, scoreOf, type TraceScore } from '../policies/tuning/score.ts';
import { knownSettings, type Trial } from '../policies/tuning/search.ts';

/*
 * Whether what tuning chooses carries over. Each recorded source is left out in turn, every way chooses a setting on the other workloads, and what it spends on
 * the source left out is held against what was known of the rule. Nothing is simulated: it reads what searches wrote.
 * Usage: node dist/bench/carry-over.js PROFILE.yaml TRIALS.json... [PROFILE.yaml TRIALS.json...], the files as `spillway tune --json` wrote them (bench/tune.sh).
 */
interface TunedRule {
  readonly policy: string;
  readonly trials: readonly (Score & { readonly specification: string; readonly parameters: ParameterValues })[];
}

interface Search {
  readonly profile: ServiceProfile;
  readonly reserve: number;
  readonly trials: readonly Trial[];
  readonly known: ReadonlySet<string>;
}

/** What is chosen where some traces have no say. */
type Way = (search: Search) => Trial;

const chosenOf = (search: Search) => choose({ ...search, judged: search.trials });
const ways: Readonly<Record<string, Way>> = {
  'the best of what is known': (search) => chosenOf(search).known,
  'as tune chooses': (search) => chosenOf(search).chosen,
  'the best of all': (search) =>
    chosenOf({ ...search, known: new Set(search.trials.map((one) => one.specification)) }).known,
};

function searchOf({ policy, trials }: TunedRule, reserve: number, profile: ServiceProfile): Search {
  const kind = policyKinds.find((one) => one.name === policy)!;
  const most = Math.max(...trials.map(({ traces }) => traces.length));
  const judged = trials.filter(({ traces }) => traces.length === most);
  const known = new Set(knownSettings(kind, {}).map((values) => writeSpecification(kind, values)));
  const asTrials = judged.map(({ specification, parameters, ...score }) => ({
    specification,
    values: parameters,
    score,
  }));
  return { profile, reserve, known, trials: asTrials };
}

function without(search: Search, source: string): Search {
  const trials = search.trials.map((one) => {
    const traces = one.score.traces.filter(({ origin }) => origin !== source);
    return { ...one, score: scoreOf(search.profile, traces, search.reserve) };
  });
  return { ...search, trials };
}

/** Logarithm of what the known setting spends on the source over what this one does: the mean over its parts. */
function gainOn(source: string, known: Trial, one: Trial): number {
  const places = known.score.traces.flatMap(({ origin }, place) => (origin === source ? [place] : []));
  const usd = (trial: Trial, place: number) => trial.score.traces[place]!.usd || 1;
  return mean(places.map((place) => Math.log(usd(known, place) / usd(one, place))));
}

/** [source] */
function gainsOf(search: Search, way: Way): number[] {
  const known = ways['the best of what is known']!(search);
  const recorded = known.score.traces.filter((one: TraceScore) => !one.isDrawn);
  return [...new Set(recorded.map(({ origin }) => origin))].map((source) => {
    const { specification } = way(without(search, source));
    return gainOn(source, known, search.trials.find((one) => one.specification === specification)!);
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, one) => sum + one, 0) / values.length;
}

const parts = simulatedParts();
const searches: Search[] = [];
let profile: ServiceProfile | null = null;
for (const path of process.argv.slice(2)) {
  if (path.endsWith('.yaml')) profile = await parts.profile(path);
  else if (profile === null) throw new Error(`${path}: name the profile that it was tuned for before it`);
  else {
    const { reserve, policies } = JSON.parse(await readFile(path, 'utf8')) as {
      reserve: number;
      policies: TunedRule[];
    };
    for (const rule of policies) searches.push(searchOf(rule, reserve, profile));
  }
}
if (searches.length === 0) throw new Error('usage: carry-over.js PROFILE.yaml TRIALS.json...');
const table = new Table({ head: ['way', 'gain', 'dearer by 0.5 %', 'dearest'], style: { head: [], border: [] } });
for (const [name, way] of Object.entries(ways)) {
  const gains = searches.flatMap((search) => gainsOf(search, way));
  const dearer = gains.filter((gain) => gain < -0.005).length;
  const worst = Math.expm1(-Math.min(...gains));
  table.push([name, formatShare(-Math.expm1(-mean(gains))), `${dearer} of ${gains.length}`, formatShare(worst)]);
}
console.log(
  `${searches.length} searches, each recorded source left out in turn: beside the best of what is known of the rule`,
);
console.log(table.toString());
