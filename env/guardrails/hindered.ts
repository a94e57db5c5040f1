import type { Hindrance } from '../hindrance.ts';
import { blackout } from './blackout.ts';
import { freshness } from './freshness.ts';
import { asked, boundCounts, type Guardrail, present, type Situation } from './situation.ts';
import { startUp } from './start-up.ts';

/** Who says that nothing is taken away now; asking back what has not come yet is no exception. */
const keepers: readonly Guardrail[] = [startUp, freshness, blackout];

/**
 * Asks nothing of a pool that something outside keeps from doing it: it would be asked again and again. Launches that cannot come are asked back
 * where a cut would be allowed: Auto Scaling goes on trying, and it may be that they are needed.
 */
export const hindered: Guardrail = (wanted, situation) => {
  const said = new Set<string>();
  const { action, said: why } = boundCounts(
    wanted,
    (count, pool) => {
      const allowed = allowedCount(count, pool, situation, (hindrance) => said.add(hindrance.said));
      return Math.max(allowed, situation.profile.pools[pool]!.min);
    },
    () => `${[...said].join('; ')}: nothing is asked of it.`,
  );
  const kept = why === null ? wanted : keepers.reduce((one, keep) => keep(one, situation).action, action);
  const isSame = kept.vmCounts.join() === wanted.vmCounts.join();
  return isSame ? { action: wanted, said: null } : { action: kept, said: why };
};

function allowedCount(count: number, pool: number, situation: Situation, tell: (hindrance: Hindrance) => void): number {
  const against = (what: Hindrance['forbids']) =>
    situation.observation.pools[pool]?.hindrances?.find(({ forbids }) => forbids === what || forbids === 'change');
  const [launch, cut, inForce] = [against('launch'), against('cut'), asked(situation, pool)];
  const state = situation.observation.pools[pool];
  const most = cut === undefined && state !== undefined ? Math.min(present(state), inForce) : inForce;
  const met = count > most ? launch : count < inForce ? cut : undefined;
  if (met === undefined) return count;
  tell(met);
  return most;
}
