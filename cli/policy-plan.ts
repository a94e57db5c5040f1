import { InputProblem } from '../env/problem.ts';
import type { PriceBook, ServiceProfile } from '../env/types.ts';
import type { Result } from '../policies/evaluation/json.ts';
import { policyOnItsClock } from './own-clock.ts';
import type { Parts } from './parts.ts';

/** A policy that is to be judged, found to be one that can be made. */
export interface PlannedPolicy {
  /** As it was named. */
  readonly name: string;
  /** With the parameters that it runs with. */
  readonly specification: string;
  /** Time between its decisions: its own, or the service's. */
  readonly cadenceSeconds: number;
  readonly kind: Result['kind'];
  /** Names of the workloads that a trained one was trained or selected on. */
  readonly learntFrom: readonly string[];
}

/** @param specificationOf what a name stands for; by default itself */
export async function planPolicies(
  names: readonly string[],
  profile: ServiceProfile,
  prices: PriceBook,
  parts: Pick<Parts, 'policy'>,
  specificationOf: (name: string) => string = (name) => name,
): Promise<PlannedPolicy[]> {
  if (names.length === 0) {
    throw new InputProblem(
      '--policies is missing: name at least one, such as --policies static,reactive,mixed:margin=1.2',
    );
  }
  const twice = names.find((one, place) => names.indexOf(one) !== place);
  if (twice !== undefined) throw new InputProblem(`--policies ${twice}: is named twice; name it once`);
  const planned: PlannedPolicy[] = [];
  for (const name of names) {
    const specification = specificationOf(name);
    const { profile: own, policy } = await policyOnItsClock(specification, profile, prices, parts);
    const kind = policy.foresee !== undefined ? 'clairvoyant' : /^ppo(:|$)/.test(specification) ? 'agent' : 'rule';
    const { learntFrom = [] } = policy;
    planned.push({ name, specification, cadenceSeconds: own.decisionSeconds, kind, learntFrom });
  }
  return planned;
}
