import { routerBudgets } from '../physics/budgets.ts';
import type { ServiceProfile } from '../types.ts';

/** A cv of services from which on lines come out too short. */
const roughCv = 0.6;

/**
 * What of a profile the fluid is known to follow less closely than to 2 % of the dollars and 1 point in time; each as the end of a sentence.
 * The figures are those of `npm run bench:fidelity -- 60 1` (docs/simulator.md); empty: nothing.
 */
export function fluidDoubts(profile: ServiceProfile): string[] {
  const { accuracy, misses } = routerBudgets(profile);
  const doubts: (readonly [boolean, string])[] = [
    [
      profile.pools.some((pool) => pool.contention > 0),
      'contention near the capacity (of drawn services one in eight was further off, at most 8 % of the dollars and 11 points in time)',
    ],
    [profile.queueLimit !== null, 'a queue limit where the waits are any (one in twenty, at most 10 points in time)'],
    [
      accuracy,
      'an accuracy budget in an overload, with waits of more than 100 ms (one in six, at most 7 % of the dollars) or on traces in bursts (5 %)',
    ],
    [misses, 'a miss budget at a few slots (one in ten, at most 6 % of the dollars)'],
    [
      profile.serviceCv >= roughCv,
      `services that vary by ${profile.serviceCv} of their mean (at most 1.4 points in time)`,
    ],
  ];
  return doubts.flatMap(([isThere, text]) => (isThere ? [text] : []));
}
