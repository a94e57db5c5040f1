import { routerBudgets } from '../physics/budgets.ts';
import type { ServiceProfile } from '../types.ts';

/** A cv of services from which on lines come out too short. */
const roughCv = 0.6;

/**
 * What of a profile the fluid is known to follow less closely than to 2 % of the dollars and 1 point in time, as `npm run bench:fidelity` measures it;
 * each as the end of a sentence. Empty: nothing.
 */
export function fluidDoubts(profile: ServiceProfile): string[] {
  const { accuracy, misses } = routerBudgets(profile);
  const doubts: (readonly [boolean, string])[] = [
    [profile.pools.some((pool) => pool.contention > 0), 'contention near the capacity'],
    [profile.queueLimit !== null, 'a queue limit where the waits are any'],
    [accuracy, 'an accuracy budget in an overload, with waits of more than 100 ms or on traces in bursts'],
    [misses, 'a miss budget at a few slots'],
    [profile.serviceCv >= roughCv, `services that vary by ${profile.serviceCv} of their mean`],
  ];
  return doubts.flatMap(([isThere, text]) => (isThere ? [text] : []));
}
