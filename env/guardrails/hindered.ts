import type { Hindrance } from '../hindrance.ts';
import { areAllFresh } from './freshness.ts';
import { asked, boundCounts, existing, type Guardrail, type Situation } from './situation.ts';

/**
 * Asks nothing of a pool that something outside keeps from doing it: it would be asked again and again. Launches that cannot come are asked back,
 * unless the metrics are too old for a cut: Auto Scaling goes on trying, and nobody knows how many will be needed.
 */
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
  const against = (what: Hindrance['forbids']) =>
    situation.observation.pools[pool]?.hindrances?.find(({ forbids }) => forbids === what || forbids === 'change');
  const [launch, cut] = [against('launch'), against('cut')];
  const inForce = asked(situation, pool);
  if (cut !== undefined && count < inForce) {
    tell(cut);
    return inForce;
  }
  if (launch === undefined || count <= existing(situation, pool)) return count;
  const most = cut === undefined && areAllFresh(situation) ? existing(situation, pool) : inForce;
  if (count <= most) return count;
  tell(launch);
  return most;
}
