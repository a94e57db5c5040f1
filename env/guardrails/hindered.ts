import type { Hindrance } from '../hindrance.ts';
import { boundCounts, existing, type Guardrail, type Situation } from './situation.ts';

/** Asks nothing of a pool that something outside keeps from doing it: it would be asked again and again. */
export const hindered: Guardrail = (wanted, situation) => {
  const said = new Set<string>();
  const bounded = boundCounts(
    wanted,
    (count, pool) => {
      const allowed = allowedCount(count, pool, situation, (hindrance) => said.add(hindrance.said));
      return Math.min(Math.max(allowed, situation.profile.pools[pool]!.min), situation.profile.pools[pool]!.max);
    },
    () => `${[...said].join('; ')}: nothing is asked of it.`,
  );
  return bounded;
};

function allowedCount(count: number, pool: number, situation: Situation, tell: (hindrance: Hindrance) => void): number {
  const exists = existing(situation, pool);
  const forbidden = count > exists ? 'launch' : 'cut';
  const met = (situation.observation.pools[pool]?.hindrances ?? []).find(
    ({ forbids }) => count !== exists && (forbids === forbidden || forbids === 'change'),
  );
  if (met === undefined) return count;
  tell(met);
  return exists;
}
