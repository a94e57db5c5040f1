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

/** Runs the configuration as it is, whatever arrives, with VMs that are there from the start; the warm-up does not count. */
export async function rehearse(
  configuration: Configuration,
  profile: ServiceProfile,
  prices: PriceBook,
  workload: Workload,
  options: { readonly warmUpSeconds: number; readonly seed: number },
): Promise<Rehearsal> {
  const action = actionOf(profile, configuration);
  const policy: Policy = { name: 'as planned', decide: () => ({ action, reason: 'as planned' }) };
  const overflowing: ServiceProfile = {
    ...profile,
    router: 'overflow',
    pools: profile.pools.map((pool) => ({ ...pool, boot: { medianSeconds: 0, sigma: 0 } })),
  };
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
    decisions: Math.floor(durationSeconds(workload) / profile.decisionSeconds),
    warmUpSeconds: options.warmUpSeconds,
    keepsTimeline: false,
  });
  return {
    usdPerHour: (3600 * totalUsd(outcome)) / outcome.seconds,
    attainment: attainment(outcome.classes),
    p95Ms: quantileMs(outcome.latency, 0.95),
  };
}
