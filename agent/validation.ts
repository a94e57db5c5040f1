import { addOutcomes, attainment, emptyOutcome, meanAccuracy, totalUsd } from '../env/outcome.ts';
import { openSimulator } from '../env/sim/open.ts';
import type { Policy, PriceBook, ServiceProfile, Workload } from '../env/types.ts';
import { durationSeconds } from '../env/workload/duration.ts';

const warmUpIntervals = 10;
/** So much of a workload, from its beginning, is simulated. */
const longestSeconds = 6 * 3600;

/** How a policy did on the validation workloads, in the fluid simulator. */
export interface ValidationResult {
  /** Sum over the workloads. */
  readonly usd: number;
  /** Of the workload where it is lowest. */
  readonly attainment: number;
  readonly accuracy: number;
  /** [workload] */
  readonly runs: readonly { readonly usd: number; readonly attainment: number }[];
}

/** Lets a new policy act on every workload; the first ten decisions are not counted. */
export async function validate(
  profile: ServiceProfile,
  prices: PriceBook,
  workloads: readonly Workload[],
  seed: number,
  makePolicy: () => Policy,
): Promise<ValidationResult> {
  const runs: { usd: number; attainment: number }[] = [];
  let accuracy = 1;
  for (const workload of workloads) {
    const environment = openSimulator({ fidelity: 'fluid', profile, prices, workload, seed });
    const policy = makePolicy();
    let total = emptyOutcome(profile);
    const seconds = Math.min(longestSeconds, durationSeconds(workload));
    const decisions = Math.floor(seconds / profile.decisionSeconds);
    for (let decision = 0; decision < decisions; decision++) {
      const outcome = await environment.step(policy.decide(await environment.observe()).action);
      if (decision >= warmUpIntervals) total = addOutcomes(total, outcome);
    }
    runs.push({ usd: totalUsd(total), attainment: attainment(total.classes) ?? 1 });
    accuracy = Math.min(accuracy, meanAccuracy(total) ?? 1);
  }
  return {
    usd: runs.reduce((sum, one) => sum + one.usd, 0),
    attainment: Math.min(1, ...runs.map((one) => one.attainment)),
    accuracy,
    runs,
  };
}

/** Results of several services as one. */
export function together(results: readonly ValidationResult[]): ValidationResult {
  return {
    usd: results.reduce((sum, one) => sum + one.usd, 0),
    attainment: Math.min(1, ...results.map((one) => one.attainment)),
    accuracy: Math.min(1, ...results.map((one) => one.accuracy)),
    runs: results.flatMap((one) => one.runs),
  };
}

/**
 * Mean over the workloads of the cost over what a rule spent there, dearer where the promise is not kept: a point of attainment
 * short counts as much as a tenth of the bill. Where the rule falls short of the target too, its attainment is the target.
 */
export function validationScore(result: ValidationResult, rule: ValidationResult, target: number): number {
  const scores = result.runs.map(({ usd }, index) => {
    const short = Math.max(0, shortfall(result, rule, target, index));
    return (usd / Math.max(rule.runs[index]!.usd, 1e-9)) * (1 + 10 * short);
  });
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

/** How far the attainment falls short where it does so most; negative where it never does. */
export function largestShortfall(result: ValidationResult, rule: ValidationResult, target: number): number {
  return Math.max(...result.runs.map((_, index) => shortfall(result, rule, target, index)));
}

function shortfall(result: ValidationResult, rule: ValidationResult, target: number, workload: number): number {
  return Math.min(target, rule.runs[workload]!.attainment) - result.runs[workload]!.attainment;
}
