import { Random } from '../../env/random.ts';
import type { Environment, PriceBook, ServiceProfile, Workload } from '../../env/types.ts';
import { durationSeconds } from '../../env/workload/duration.ts';
import { costBound } from '../bound/cost-bound.ts';
import { runPolicy } from '../evaluation/run.ts';
import type { PolicyKind } from '../kind.ts';
import { createPolicy } from '../registry.ts';
import { scoreOf, traceScore } from './score.ts';
import { searchSettings, type Trial } from './search.ts';

export interface TuneOptions {
  readonly profile: ServiceProfile;
  readonly prices: PriceBook;
  readonly kind: PolicyKind;
  readonly workloads: readonly Workload[];
  /** Settings to try at most. */
  readonly budget: number;
  readonly seed: number;
  /** Acted out, but not judged. */
  readonly warmUpSeconds: number;
  /** A new world, the same for every setting. */
  readonly open: (workload: Workload) => Environment;
  /** Called after each run of a setting on a workload with the number of runs so far, and awaited. */
  readonly onProgress?: (runs: number, specification: string) => void | Promise<void>;
}

/** Settings of one rule, best first: the promise kept first, then the least dollars over the bound. Same options, same result. */
export function tune(options: TuneOptions): Promise<Trial[]> {
  const { profile, prices, kind, budget, seed } = options;
  const judged = options.workloads.map((workload) => judge(workload, options));
  let runs = 0;
  return searchSettings({
    kind,
    router: profile.router,
    budget,
    random: Random.seeded(seed, `tune ${kind.name}`),
    evaluate: async (specification) => {
      const traces = [];
      for (const { workload, decisions, boundUsd } of judged) {
        const policy = createPolicy(specification, profile, prices);
        const environment = options.open(workload);
        const { warmUpSeconds } = options;
        const run = { profile, policy, environment, decisions, warmUpSeconds, keepsTimeline: false };
        traces.push(traceScore((await runPolicy(run)).outcome, boundUsd));
        await options.onProgress?.(++runs, specification);
      }
      return scoreOf(profile, traces);
    },
  });
}

function judge(workload: Workload, { profile, prices, warmUpSeconds }: TuneOptions) {
  const decisions = Math.floor(durationSeconds(workload) / profile.decisionSeconds);
  const judgedFrom = Math.ceil(warmUpSeconds / profile.decisionSeconds) * profile.decisionSeconds;
  const toSeconds = decisions * profile.decisionSeconds;
  const boundUsd = costBound(profile, prices, workload, { fromSeconds: judgedFrom, toSeconds }).usd;
  return { workload, decisions, boundUsd };
}
