import { totalUsd } from '../../env/outcome.ts';
import { Random } from '../../env/random.ts';
import type { Outcome, PriceBook, ServiceProfile } from '../../env/types.ts';
import type { ParameterValues, PolicyKind } from '../kind.ts';
import { writeSpecification } from '../specification.ts';
import { type Choice, choose } from './choice.ts';
import { tunedParameters } from './dials.ts';
import { refine } from './refine.ts';
import { type Score, scoreOf, traceScore, type Yardstick } from './score.ts';
import { knownSettings, Search, searchSettings, type Trial } from './search.ts';

/** A trace to tune on. */
export type TuningTrace = Omit<Yardstick, 'defaultUsd'>;

/** A setting to be run on a trace. */
export interface TuningRun {
  readonly specification: string;
  /** Index into the traces. */
  readonly trace: number;
}

export interface TuneOptions {
  readonly profile: ServiceProfile;
  readonly prices: PriceBook;
  readonly kind: PolicyKind;
  /** Parameters that are not to be tuned, with their values. */
  readonly fixed: ParameterValues;
  /** Settings that were found earlier, to be tried too. */
  readonly earlier?: readonly ParameterValues[];
  readonly traces: readonly TuningTrace[];
  /** Settings to try at most. */
  readonly budget: number;
  readonly seed: number;
  /** Part of the misses allowed that is to stay unused. */
  readonly reserve: number;
  /** Outcomes of runs that do not depend on each other, in their order, however many are run at a time. */
  readonly run: (runs: readonly TuningRun[]) => Promise<readonly Outcome[]>;
}

/** With fewer traces than this every setting is run on all of them. */
const leastTracesForSketch = 6;
/** Every third, and of many traces so few that there are no more than this. */
const sketchEvery = 3;
const mostInSketch = 12;
/** The settings that are run on all traces, beside the defaults and what is published. */
const finalists = 4;
/** The best of them is refined by so many more at most, as a part of the budget. */
const refinedShare = 1 / 3;

/** What came of a search. */
export interface Tuned {
  /** Best first. */
  readonly trials: readonly Trial[];
  readonly choice: Choice;
}

/**
 * Settings of one rule, best first: the promise kept first, with a reserve if it can be, then the least dollars over those of the defaults; and the
 * one of them to be used, which is the best unless the defaults or what is published are as good but for chance. Many traces are searched on a sketch
 * of them, every third; the best settings, the defaults and what is published then run on all, the best of them is refined there, and these come
 * first. A setting that was given up has the scores of the sketch only.
 */
export async function tune(options: TuneOptions): Promise<Tuned> {
  const { kind, fixed, earlier = [], budget, seed } = options;
  const all = options.traces.map((_, index) => index);
  const sketch = sketchOf(all);
  const yardsticks = await yardsticksOf(options);
  const found = await searchSettings({
    kind,
    fixed,
    earlier,
    dials: freeParameters(options),
    budget,
    random: Random.seeded(seed, `tune ${kind.name}`),
    evaluate: (specifications) => scores(specifications, sketch, yardsticks, options),
  });
  const named = (settings: readonly ParameterValues[]) => new Set(settings.map((one) => writeSpecification(kind, one)));
  const known = named(knownSettings(kind, fixed));
  if (sketch.length === all.length) {
    return { trials: found, choice: choose({ ...options, judged: found, known }) };
  }
  const isTold = named(knownSettings(kind, fixed, earlier));
  const isFinal = ({ specification }: Trial, place: number) => place < finalists || isTold.has(specification);
  const evaluate = (specifications: readonly string[]) => scores(specifications, all, yardsticks, options);
  const finals = new Search({ kind, fixed, budget: found.length, evaluate });
  await finals.try(found.filter(isFinal).map((one) => one.values));
  const refined = new Search(
    { kind, fixed, budget: finals.tried + Math.ceil(refinedShare * budget), evaluate },
    finals.ranked(),
  );
  await refine(refined, freeParameters(options));
  const judged = refined.ranked();
  const isJudged = new Set(judged.map((one) => one.specification));
  return {
    trials: [...judged, ...found.filter((one) => !isJudged.has(one.specification))],
    choice: choose({ ...options, judged, known }),
  };
}

/** Those of the traces that every setting is run on. */
function sketchOf<Trace>(traces: readonly Trace[]): readonly Trace[] {
  if (traces.length < leastTracesForSketch) return traces;
  const every = Math.max(sketchEvery, Math.ceil(traces.length / mostInSketch));
  return traces.filter((_, index) => index % every === 0);
}

/** About how much is to be run, in the unit of what a run on each trace takes. */
export function expectedEffort(settings: number, efforts: readonly number[]): number {
  const sum = (values: readonly number[]) => values.reduce((total, one) => total + one, 0);
  const sketch = sketchOf(efforts);
  const finals = sketch.length === efforts.length ? 0 : Math.min(settings, finalists + 1) + refinedShare * settings;
  return settings * sum(sketch) + (1 + finals) * sum(efforts);
}

/** [trace] */
async function yardsticksOf({ kind, fixed, traces, run }: TuneOptions): Promise<Yardstick[]> {
  const specification = writeSpecification(kind, knownSettings(kind, fixed)[0]);
  const outcomes = await run(traces.map((_, trace) => ({ specification, trace })));
  return traces.map(({ boundUsd, isDrawn, origin }, trace) => ({
    boundUsd,
    isDrawn,
    origin,
    defaultUsd: totalUsd(outcomes[trace]!),
  }));
}

/** [setting] On these traces. */
async function scores(
  specifications: readonly string[],
  traces: readonly number[],
  yardsticks: readonly Yardstick[],
  { profile, reserve, ...options }: TuneOptions,
): Promise<Score[]> {
  // Trace by trace, so that whoever runs them need not change the trace at every run.
  const runs = traces.flatMap((trace) => specifications.map((specification) => ({ specification, trace })));
  const outcomes = await options.run(runs);
  return specifications.map((_, setting) => {
    const each = traces.map((trace, place) =>
      traceScore(outcomes[place * specifications.length + setting]!, yardsticks[trace]!),
    );
    return scoreOf(profile, each, reserve);
  });
}

/** What tuning moves: all that can be tuned, less what is fixed. */
export function freeParameters({
  kind,
  profile,
  prices,
  fixed,
}: Pick<TuneOptions, 'kind' | 'profile' | 'prices' | 'fixed'>) {
  return tunedParameters(kind, profile, prices).filter(({ name }) => !(name in fixed));
}
