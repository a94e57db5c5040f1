import { totalUsd } from '../env/outcome.ts';
import { openSimulator } from '../env/sim/open.ts';
import type { Policy, PriceBook, ServiceProfile, Workload } from '../env/types.ts';
import { OutcomeTotals } from '../policies/evaluation/totals.ts';
import { type Measured, measured } from './deployment.ts';

export interface ScaledRun extends Measured {
  /** [decision] VMs of the first pool that were asked for. */
  readonly desired: readonly number[];
  /** [decision] VMs of all pools that were ready when it was taken. */
  readonly ready: readonly number[];
  readonly vmHours: number;
  /** Shares of the requests. */
  readonly missed: number;
  readonly spilled: number;
}

export interface ScaledOptions {
  readonly profile: ServiceProfile;
  readonly prices: PriceBook;
  readonly policy: Policy;
  readonly workload: Workload;
  readonly seed: number;
  /** Simulated first, and not counted. */
  readonly warmUpSeconds: number;
}

/** Runs a workload request by request under a policy. */
export async function measureScaled(options: ScaledOptions): Promise<ScaledRun> {
  const { profile, prices, policy, workload, seed, warmUpSeconds } = options;
  const world = openSimulator({ fidelity: 'request-level', profile, prices, workload, seed });
  const totals = new OutcomeTotals(profile);
  const desired: number[] = [];
  const ready: number[] = [];
  const duration = workload.requests.length * workload.stepSeconds;
  let usd = 0;
  for (let time = 0; time + profile.decisionSeconds <= duration; time += profile.decisionSeconds) {
    const observation = await world.observe();
    const { action } = policy.decide(observation);
    const outcome = await world.step(action);
    if (time < warmUpSeconds) continue;
    desired.push(action.vmCounts[0]!);
    ready.push(observation.pools.reduce((sum, pool) => sum + pool.ready, 0));
    totals.add(outcome);
    usd += totalUsd(outcome);
  }
  await world.close();
  const { outcome } = totals;
  const summary = measured(outcome, usd);
  const missed = outcome.classes.reduce((sum, one) => sum + one.late + one.lost, 0);
  return {
    ...summary,
    desired,
    ready,
    vmHours: outcome.vmSeconds.reduce((sum, one) => sum + one, 0) / 3600,
    missed: summary.requests > 0 ? missed / summary.requests : 0,
    spilled: summary.requests > 0 ? outcome.spilled / summary.requests : 0,
  };
}
