import { quantileMs } from '../../env/histogram.ts';
import { attainment, totalUsd } from '../../env/outcome.ts';
import { openSimulator } from '../../env/sim/open.ts';
import type { Policy, PriceBook, ServiceProfile, Workload } from '../../env/types.ts';
import { durationSeconds } from '../../env/workload/duration.ts';
import { runPolicy } from '../evaluation/run.ts';
import { actionOf, type Configuration } from './configuration.ts';

/** What a configuration did, request by request. */
export interface Rehearsal {
  readonly usdPerHour: number;
  readonly attainment: number | null;
  readonly p95Ms: number | null;
}

/** Until the lines are what they will be. */
const longestWarmUpSeconds = 600;

/** Runs the configuration as it is, whatever arrives, with VMs that are there from the start; the warm-up does not count. */
export async function rehearse(
  configuration: Configuration,
  profile: ServiceProfile,
  prices: PriceBook,
  workload: Workload,
  options: { readonly seed: number; readonly onProgress?: (share: number) => void },
): Promise<Rehearsal> {
  const action = actionOf(profile, configuration);
  const policy: Policy = { name: 'as planned', decide: () => ({ action, reason: 'as planned' }) };
  const overflowing: ServiceProfile = {
    ...profile,
    router: 'overflow',
    pools: profile.pools.map((pool) => ({ ...pool, boot: { medianSeconds: 0, sigma: 0 } })),
  };
  const lengthSeconds = durationSeconds(workload);
  const decisions = Math.floor(lengthSeconds / profile.decisionSeconds);
  const { outcome } = await runPolicy({
    profile: overflowing,
    policy,
    environment: openSimulator({
      fidelity: 'request-level',
      profile: overflowing,
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
    p95Ms: quantileMs(outcome.latency, 0.95),
  };
}
