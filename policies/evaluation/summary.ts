import { quantileMs } from '../../env/histogram.ts';
import { attainment, meanAccuracy, totalRequests, totalUsd } from '../../env/outcome.ts';
import type { Outcome, ServiceProfile } from '../../env/types.ts';
import { interquartileInterval } from './interval.ts';
import type { Result } from './json.ts';
import type { Trial } from './matrix.ts';
import type { Punctuality } from './punctuality.ts';

/** What a trial tells by itself, without those that it is compared with. */
export type Summary = Omit<Result, 'kind' | 'oracleRegret' | 'overBestRule' | 'usdAtAttainment' | 'curve'>;

/**
 * One policy on one trace in numbers. Counts and dollars are means over the seeds; shares and latency quantiles
 * are those of all seeds together. `boundUsd`: the least that any policy could have spent; null: not known.
 */
export function summarise(profile: ServiceProfile, trial: Trial, boundUsd: number | null): Summary {
  const { pooled, outcomes } = trial;
  const mean = (sum: number) => sum / outcomes.length;
  const requests = totalRequests(pooled);
  const usd = mean(totalUsd(pooled));
  const seedsUsd = outcomes.map(totalUsd);
  return {
    policy: trial.policy,
    trace: trial.trace,
    parameters: { ...trial.parameters },
    usd,
    usdPerMillion: requests > 0 ? (1e6 * totalUsd(pooled)) / requests : null,
    requests: mean(requests),
    attainment: attainments(profile, pooled),
    accuracy: meanAccuracy(pooled),
    p50Ms: quantileMs(pooled.latency, 0.5),
    p95Ms: quantileMs(pooled.latency, 0.95),
    p99Ms: quantileMs(pooled.latency, 0.99),
    lost: mean(pooled.classes.reduce((sum, one) => sum + one.lost, 0)),
    spilledShare: requests > 0 ? Math.min(1, pooled.spilled / requests) : null,
    coldStarts: mean(pooled.coldStarts),
    launches: mean(pooled.launches),
    terminations: mean(pooled.terminations),
    interruptions: mean(pooled.interruptions),
    vmHours: mean(pooled.vmSeconds.reduce((sum, seconds) => sum + seconds, 0)) / 3600,
    usdByKind: {
      vm: mean(pooled.usd.vm),
      lambdaCompute: mean(pooled.usd.lambdaCompute),
      lambdaRequests: mean(pooled.usd.lambdaRequests),
      lambdaProvisioned: mean(pooled.usd.lambdaProvisioned),
    },
    boundUsd,
    regret: boundUsd === null ? null : usd / boundUsd - 1,
    seedsUsd,
    seedsAttainment: outcomes.map((one) => attainment(one.classes)),
    usdInterval: interquartileInterval([seedsUsd]),
    ...steadiness(trial.punctualities, pooled),
  };
}

const daySeconds = 86_400;

function steadiness(
  punctualities: readonly Punctuality[],
  { launches, terminations, seconds }: Outcome,
): Pick<Summary, 'churnPerDay' | 'promisedTimeShare' | 'worstHour'> {
  const hours = punctualities.flatMap(({ worstHour }) => worstHour ?? []);
  return {
    churnPerDay: seconds > 0 ? ((launches + terminations) * daySeconds) / seconds : 0,
    promisedTimeShare: punctualities.reduce((sum, { timeShare }) => sum + timeShare, 0) / punctualities.length,
    worstHour: hours.length > 0 ? Math.min(...hours) : null,
  };
}

function attainments(profile: ServiceProfile, outcome: Outcome): Result['attainment'] {
  const perClass = profile.slo.classes.map((one, index) => [one.name, attainment([outcome.classes[index]!])]);
  return { ...Object.fromEntries(perClass), all: attainment(outcome.classes) };
}
