import { quantileMs } from '../../env/histogram.ts';
import type { LambdaFunction } from '../../env/lambda-function.ts';
import { attainment, totalUsd } from '../../env/outcome.ts';
import { openSimulator } from '../../env/sim/open.ts';
import type { Outcome, Policy, PriceBook, ServiceProfile, Workload } from '../../env/types.ts';
import { durationSeconds } from '../../env/workload/duration.ts';
import { runPolicy } from '../evaluation/run.ts';
import { actionOf, type Configuration } from './configuration.ts';

/** What a configuration did, request by request. */
export interface Rehearsal {
  readonly usdPerHour: number;
  /** Null: nothing came. */
  readonly attainment: number | null;
  /** Infinity: a twentieth is never answered. */
  readonly p95Ms: number | null;
}

/** Until the lines are what they will be. */
const longestWarmUpSeconds = 600;
/** Nothing is decided anew, so that shorter ones change nothing but how finely the warm-up is told from the rest. */
const longestDecisionSeconds = 60;

/**
 * Runs the configuration as it is, whatever arrives, with VMs that are there from the start; the warm-up does not count.
 * The workload lasts a minute or more.
 */
export async function rehearse(
  configuration: Configuration,
  profile: ServiceProfile,
  prices: PriceBook,
  workload: Workload,
  options: { readonly seed: number; readonly onProgress?: (share: number) => void },
): Promise<Rehearsal> {
  const action = actionOf(profile, configuration);
  const policy: Policy = { name: 'as planned', decide: () => ({ action, reason: 'as planned' }) };
  const lengthSeconds = durationSeconds(workload);
  const stage = stageFor(configuration, profile, lengthSeconds);
  const decisions = Math.floor(lengthSeconds / stage.decisionSeconds);
  const { outcome } = await runPolicy({
    profile: stage,
    policy,
    environment: openSimulator({
      fidelity: 'request-level',
      profile: stage,
      prices,
      workload,
      seed: options.seed,
    }),
    decisions,
    warmUpSeconds: Math.min(longestWarmUpSeconds, lengthSeconds / 3),
    keepsTimeline: false,
    onProgress: (decided) => options.onProgress?.(decided / decisions),
  });
  return {
    usdPerHour: (3600 * totalUsd(outcome)) / outcome.seconds,
    attainment: attainment(outcome.classes),
    p95Ms: p95Ms(outcome),
  };
}

function p95Ms({ classes, latency }: Outcome): number | null {
  const lost = classes.reduce((sum, one) => sum + one.lost, 0);
  const answered = classes.reduce((sum, one) => sum + one.inTime + one.late, 0);
  if (lost + answered === 0) return null;
  const share = (0.95 * (answered + lost)) / answered;
  return share <= 1 ? quantileMs(latency, share) : Number.POSITIVE_INFINITY;
}

/** The profile on which a configuration can be acted out: any router, length of decisions and variant will do. */
function stageFor({ function: lambda }: Configuration, profile: ServiceProfile, lengthSeconds: number): ServiceProfile {
  const decisionSeconds = Math.min(profile.decisionSeconds, longestDecisionSeconds, Math.floor(lengthSeconds / 3));
  const isShorter = decisionSeconds < profile.decisionSeconds;
  return {
    ...profile,
    router: 'overflow',
    // VMs on spot boot again whenever AWS has taken them.
    pools: profile.pools.map((pool) => (pool.spot ? pool : { ...pool, boot: { medianSeconds: 0, sigma: 0 } })),
    lambda: lambda === null ? forEveryVariant(profile.lambda) : profile.lambda,
    ...(isShorter && {
      decisionSeconds,
      metrics: { ...profile.metrics, binSeconds: decisionSeconds, delaySeconds: 0 },
    }),
  };
}

/** Without Lambda nothing goes there, but the action names a tier all the same. */
function forEveryVariant(lambda: LambdaFunction): LambdaFunction {
  const filled = (rows: LambdaFunction['serviceMs']) => rows.map((row) => row.map((ms) => ms ?? 1));
  return { ...lambda, serviceMs: filled(lambda.serviceMs), coldStartMs: filled(lambda.coldStartMs) };
}
