import { routerBudgets } from '../physics/budgets.ts';
import type { ServiceProfile, Workload } from '../types.ts';
import { lotOf } from '../workload/lot.ts';

/** A cv of services from which on lines come out too short. */
const roughCv = 0.6;

/** So many requests at once, and more, are bursts: from 20 on a tenth of the cases and more are off. */
const burst = 15;

/**
 * What of a profile, and of the traces it is run on, the fluid is known to follow less closely than to 2 % of the dollars and 1 point in time, as `npm run bench:fidelity` measures it;
 * each as the end of a sentence. Empty: nothing.
 */
export function fluidDoubts(profile: ServiceProfile, workloads: readonly Workload[]): string[] {
  const { accuracy, misses } = routerBudgets(profile);
  const largest = workloads.reduce((most, one) => Math.max(most, lotOf(one)), 0);
  const doubts: (readonly [boolean, string])[] = [
    [profile.pools.some((pool) => pool.contention > 0), 'contention near the capacity'],
    [profile.queueLimit !== null, 'a queue limit where the waits are any'],
    [accuracy, 'an accuracy budget in an overload, with waits of more than 500 ms or on traces in bursts'],
    [misses, 'a miss budget at a few slots'],
    [profile.serviceCv >= roughCv, `services that vary by ${profile.serviceCv} of their mean`],
    [largest >= burst, `traces in bursts of some ${Math.round(largest)} requests`],
  ];
  return doubts.flatMap(([isThere, text]) => (isThere ? [text] : []));
}
