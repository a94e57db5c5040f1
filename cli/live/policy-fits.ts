import { InputProblem } from '../../env/problem.ts';
import type { JudgedPolicy } from '../parts.ts';
import { refuseClairvoyant } from '../run-scene.ts';

/** Throws where a policy rests on what AWS has not: the future, or requests that are gathered for one invocation. */
export function checkPolicyFits({ name, foresee }: Pick<JudgedPolicy, 'name' | 'foresee'>): void {
  if (foresee !== undefined) refuseClairvoyant(name);
  if (!/^batch(:|$)/.test(name)) return;
  throw new InputProblem(
    `policy ${name}: gathers requests into batches for Lambda, which neither a load balancer nor HAProxy does; it is for simulations, and another one must run on AWS.`,
  );
}
