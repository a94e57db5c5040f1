import { addOutcomes, attainment, emptyOutcome, meanAccuracy, totalUsd } from '../env/outcome.ts';
import { openSimulator } from '../env/sim/open.ts';
import type { Policy, PriceBook, ServiceProfile, Workload } from '../env/types.ts';
import { durationSeconds } from '../env/workload/duration.ts';

const warmUpIntervals = 10;

/** How a policy did on the validation workloads, in the fluid simulator. */
export interface ValidationResult {
  /** Sum over the workloads. */
  readonly usd: number;
  /** Of the workload where it is lowest. */
  readonly attainment: number;
  readonly accuracy: number;
}

/** Lets a new policy act on every workload; the first ten decisions are not counted. */
export async function validate(
  profile: ServiceProfile,
  prices: PriceBook,
  workloads: readonly Workload[],
  seed: number,
  makePolicy: () => Policy,
): Promise<ValidationResult> {
  let usd = 0;
  let lowest = 1;
  let accuracy = 1;
  for (const workload of workloads) {
    const environment = openSimulator({ fidelity: 'fluid', profile, prices, workload, seed });
    const policy = makePolicy();
    let total = emptyOutcome(profile);
    const decisions = Math.floor(durationSeconds(workload) / profile.decisionSeconds);
    for (let decision = 0; decision < decisions; decision++) {
      const outcome = await environment.step(policy.decide(await environment.observe()).action);
      if (decision >= warmUpIntervals) total = addOutcomes(total, outcome);
    }
    usd += totalUsd(total);
    lowest = Math.min(lowest, attainment(total.classes) ?? 1);
    accuracy = Math.min(accuracy, meanAccuracy(total) ?? 1);
  }
  return { usd, attainment: lowest, accuracy };
}

/** Dollars, dearer where the promise is not kept: a point of attainment short counts as much as a tenth of the bill. */
export function validationScore({ usd, attainment }: ValidationResult, target: number): number {
  return usd * (1 + 10 * Math.max(0, target - attainment));
}
