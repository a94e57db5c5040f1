import { existsSync } from 'node:fs';
import Table from 'cli-table3';
import { runEvaluationJob } from '../cli/evaluation-job.ts';
import { simulatedParts } from '../cli/simulated-parts.ts';
import { planTuning, type TunedRule, type TunePlan } from '../cli/tune-plan.ts';
import { Random } from '../env/random.ts';
import { interquartileMean } from '../policies/evaluation/interval.ts';
import type { ParameterValues } from '../policies/kind.ts';
import { writeSpecification } from '../policies/specification.ts';
import { scoreOf, type TraceScore, traceScore } from '../policies/tuning/score.ts';
import { knownSettings } from '../policies/tuning/search.ts';
import { freeParameters } from '../policies/tuning/tune.ts';

/*
 * Which way to judge a setting carries over. Settings of a few rules are run on three parts of each training trace and on eight scenarios as drawn for
 * training; then each source is left out in turn, every way chooses a setting on the others, and the one chosen is held against the defaults on the source
 * that was left out. Arguments: the settings of each rule (30), the rules (percentile,ski-rental,lcp,mixed), the service (examples/rho/2.5.yaml).
 */
const count = Number(process.argv[2] ?? 30);
const rules = (process.argv[3] ?? 'percentile,ski-rental,lcp,mixed').split(',');
const service = process.argv[4] ?? 'examples/rho/2.5.yaml';
const folder = '../shared/traces';
/** [trace, hours at which its parts begin] */
const traces = [
  ['wits_1s', 0, 4, 8],
  ['twitter_2021-08_day00_1s', 1, 9, 17],
  ['twitter_2021-08_day01_1s', 5, 13, 19],
  ['worldcup98_1998-06-23_7d_60s', 26, 66, 114],
  ['nab_elb_requests_300s', 50, 174, 270],
] as const;
const scenarios = Array.from({ length: 8 }, (_, index) => `synthetic:hours=2,seed=${index + 1}`);
const sourceOf = (trace: string) => trace.split(/[_:]/)[0]!;

/** What a setting makes of some parts, as a number to be made small. */
type Mean = (parts: readonly TraceScore[]) => number;

const overBound = ({ usd, boundUsd }: TraceScore) => usd / boundUsd;
const overDefaults = ({ usd, defaultUsd }: TraceScore) => usd / defaultUsd;
const arithmetic = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
const geometric = (values: readonly number[]) => Math.exp(arithmetic(values.map(Math.log)));
const means: Readonly<Record<string, Mean>> = {
  'over the bound, arithmetic': (parts) => arithmetic(parts.map(overBound)),
  'over the bound, interquartile': (parts) => interquartileMean(parts.map(overBound)),
  'over the defaults, arithmetic': (parts) => arithmetic(parts.map(overDefaults)),
  'over the defaults, geometric': (parts) => geometric(parts.map(overDefaults)),
  'over the defaults, interquartile': (parts) => interquartileMean(parts.map(overDefaults)),
  'the same, of traces and scenarios the larger': (parts) => scoreOf(plan.profile, parts, 0).costRatio,
};

/** The defaults first, then what is published, then settings of which one to three parameters, or all, were drawn. */
function settingsOf(rule: TunedRule, plan: TunePlan): ParameterValues[] {
  const random = Random.seeded(1, `carry over ${rule.kind.name}`);
  const dials = freeParameters({ ...plan, ...rule });
  const settings = new Map(
    knownSettings(rule.kind, rule.fixed).map((values) => [writeSpecification(rule.kind, values), values] as const),
  );
  const [start] = [...settings.values()];
  for (let draw = 0; settings.size < count && draw < 20 * count; draw++) {
    const left = [...dials];
    const turned = draw % 2 === 0 ? 1 + random.below(3) : dials.length;
    const values: Record<string, number | null> = { ...start };
    for (const { name, values: grid } of Array.from({ length: Math.min(turned, left.length) }, () =>
      left.splice(random.below(left.length), 1),
    ).flat()) {
      values[name] = grid[random.below(grid.length)]!;
    }
    settings.set(writeSpecification(rule.kind, values), values);
  }
  return [...settings.values()];
}

/** [setting][part] */
async function scoresOf(rule: TunedRule, plan: TunePlan): Promise<TraceScore[][]> {
  const all: TraceScore[][] = [];
  for (const values of settingsOf(rule, plan)) {
    const specification = writeSpecification(rule.kind, values);
    const scores: TraceScore[] = [];
    for (const [at, trace] of plan.traces.entries()) {
      const { outcome } = await runEvaluationJob(
        {
          trace: trace.name,
          policy: rule.kind.name,
          specification,
          seed: 1,
          service,
          prices: null,
          source: trace.source,
          fidelity: 'fluid',
          decisions: trace.untilSeconds / rule.cadenceSeconds,
          warmUpSeconds: trace.fromSeconds,
          keepsTimeline: false,
        },
        parts,
        () => {},
      );
      const one = traceScore(outcome, { ...trace, defaultUsd: 0 });
      scores.push({ ...one, defaultUsd: (all[0]?.[at] ?? one).usd });
    }
    all.push(scores);
  }
  return all;
}

/** The promise first, then the reserve, then the mean. */
function chosen(settings: readonly (readonly TraceScore[])[], mean: Mean, reserve: number): number {
  const { attainment } = plan.profile.slo;
  const short = (scores: readonly TraceScore[], target: number) =>
    scores.reduce((sum, one) => sum + Math.max(0, target - (one.attainment ?? 1)), 0);
  const keys = settings.map((scores) => [
    short(scores, attainment),
    short(scores, attainment + reserve * (1 - attainment)),
    mean(scores),
  ]);
  const isBelow = (a: readonly number[], b: readonly number[]) => {
    const at = a.findIndex((one, index) => one !== b[index]);
    return at >= 0 && a[at]! < b[at]!;
  };
  return keys.reduce((best, key, index) => (isBelow(key, keys[best]!) ? index : best), 0);
}

if (!existsSync(`${folder}/${traces[0][0]}.csv`)) throw new Error(`this bench needs the traces of ${folder}`);
const parts = simulatedParts();
const real = traces.flatMap(([name, ...hours]) => hours.map((hour) => `${folder}/${name}.csv@${hour}h+3h`));
const trace = [...real, ...scenarios];
const flags = { service, trace, policy: rules, fidelity: 'fluid', budget: 1, seed: 1, reserve: 0, warmUp: '600' };
const plan = await planTuning({ ...flags, fleet: [10] }, parts);
const sources = [...new Set(traces.map(([name]) => sourceOf(name)))];
const judged: TraceScore[][][] = [];
for (const rule of plan.rules) judged.push(await scoresOf(rule, plan));
const table = new Table({
  head: ['mean', 'reserve', 'scenarios', '$ / defaults', 'worst', 'missed'],
  style: { head: [], border: [] },
});
const ways = Object.entries(means).flatMap(([name, mean]) =>
  [0.3, 0.5].flatMap((reserve) => [false, true].map((hasScenarios) => ({ name, mean, reserve, hasScenarios }))),
);
const from = plan.traces.map((one) => sourceOf(one.name));
for (const { name, mean, reserve, hasScenarios } of ways) {
  const out = judged.flatMap((settings) =>
    sources.map((source) => {
      const isKnown = (at: number) => (from[at] === 'synthetic' ? hasScenarios : from[at] !== source);
      const known = settings.map((scores) => scores.filter((_, at) => isKnown(at)));
      return settings[chosen(known, mean, reserve)]!.filter((_, at) => from[at] === source);
    }),
  );
  const costs = out.map((scores) => interquartileMean(scores.map(overDefaults)));
  const missed = out.flat().filter((one) => one.attainment! < plan.profile.slo.attainment).length;
  const row = [geometric(costs).toFixed(4), Math.max(...costs).toFixed(3), `${missed} of ${out.flat().length}`];
  table.push([name, reserve, hasScenarios ? 'with' : 'without', ...row]);
}
console.log(
  `${rules.join(', ')}: ${count} settings of each, ${plan.traces.length} parts, each source left out in turn`,
);
console.log(table.toString());
