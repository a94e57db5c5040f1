import { Random } from '../../env/random.ts';
import type { Outcome, PriceBook, ServiceProfile } from '../../env/types.ts';
import type { ParameterValues, PolicyKind } from '../kind.ts';
import { tunedParameters } from './dials.ts';
import { scoreOf, traceScore } from './score.ts';
import { searchSettings, type Trial } from './search.ts';

/** A trace to tune on. */
export interface TuningTrace {
  /** The least that any policy must spend on its judged part. */
  readonly boundUsd: number;
}

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
  readonly traces: readonly TuningTrace[];
  /** Settings to try at most. */
  readonly budget: number;
  readonly seed: number;
  /** Part of the misses allowed that is to stay unused. */
  readonly reserve: number;
  /** Outcomes of runs that do not depend on each other, in their order, however many are run at a time. */
  readonly run: (runs: readonly TuningRun[]) => Promise<readonly Outcome[]>;
}

/** Settings of one rule, best first: the promise kept first, with a reserve if it can be, then the least dollars over the bound. */
export function tune(options: TuneOptions): Promise<Trial[]> {
  const { kind, fixed, budget, seed } = options;
  return searchSettings({
    kind,
    fixed,
    dials: freeParameters(options),
    budget,
    random: Random.seeded(seed, `tune ${kind.name}`),
    evaluate: async (specifications) => {
      const { traces } = options;
      // Trace by trace, so that whoever runs them need not change the trace at every run.
      const runs = traces.flatMap((_, trace) => specifications.map((specification) => ({ specification, trace })));
      const outcomes = await options.run(runs);
      return specifications.map((_, index) => {
        const scores = traces.map(({ boundUsd }, trace) =>
          traceScore(outcomes[trace * specifications.length + index]!, boundUsd),
        );
        return scoreOf(options.profile, scores, options.reserve);
      });
    },
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
