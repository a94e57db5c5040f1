import type { Environment, Outcome, Policy, ServiceProfile } from '../../env/types.ts';
import { type Punctuality, PunctualityMeter } from './punctuality.ts';
import { appendStep, emptyTimeline, type Timeline } from './timeline.ts';
import { OutcomeTotals } from './totals.ts';

export interface RunOptions {
  readonly profile: ServiceProfile;
  readonly policy: Policy;
  /** Closed at the end, whatever happens. */
  readonly environment: Environment;
  /** Decisions to take, those of the warm-up included. */
  readonly decisions: number;
  /** Decisions before this time are acted out, but not judged. */
  readonly warmUpSeconds: number;
  readonly keepsTimeline: boolean;
  /** Called after each decision with the number taken so far, and awaited. */
  readonly onProgress?: (decisions: number) => void | Promise<void>;
}

export interface RunOutcome {
  /** Of the judged time. */
  readonly outcome: Outcome;
  readonly punctuality: Punctuality;
  /** Of all the time, the warm-up included; null where none was asked for. */
  readonly timeline: Timeline | null;
}

/** Lets one policy act in one environment: observe, decide, step. */
export async function runPolicy(options: RunOptions): Promise<RunOutcome> {
  const { environment, policy, profile } = options;
  const totals = new OutcomeTotals(profile);
  const meter = new PunctualityMeter(profile.slo.attainment);
  const timeline = options.keepsTimeline ? emptyTimeline(profile) : null;
  try {
    for (let decided = 0; decided < options.decisions; decided++) {
      const observation = await environment.observe();
      const decision = policy.decide(observation);
      const outcome = await environment.step(decision.action);
      if (observation.timeSeconds >= options.warmUpSeconds) {
        totals.add(outcome);
        meter.add(outcome);
      }
      if (timeline !== null) appendStep(timeline, observation, decision, outcome);
      await options.onProgress?.(decided + 1);
    }
  } finally {
    await environment.close();
  }
  return { outcome: totals.outcome, punctuality: meter.finish(), timeline };
}
