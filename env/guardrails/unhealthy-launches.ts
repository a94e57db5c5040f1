import { asked, boundCounts, type Guardrail, poolNames, type Situation } from './situation.ts';

/** Launched and never healthy (a broken image, say): more of the same would only add to the bill (karpenter aws#788). */
export const unhealthyLaunches: Guardrail = (wanted, situation) => {
  const { limits, history, observation, profile } = situation;
  return boundCounts(
    wanted,
    (count, pool) => {
      const overdue = history.bootingSince(pool, observation.timeSeconds - patienceSeconds(situation, pool));
      if (overdue < limits.unhealthy.vms) return count;
      return Math.min(count, Math.max(asked(situation, pool), profile.pools[pool]!.min));
    },
    (pools) => `VMs of ${poolNames(situation, pools)} boot for far longer than usual: no more are launched there.`,
  );
};

/** Three standard deviations: one boot in 740 takes longer (lognormal). */
const slowest = 3;

/** The longest usual boot times the factor, and a decision on top, since launches are seen only at decisions. */
export function patienceSeconds({ profile, limits }: Pick<Situation, 'profile' | 'limits'>, pool: number): number {
  const { medianSeconds, sigma } = profile.pools[pool]!.boot;
  return limits.unhealthy.bootFactor * medianSeconds * Math.exp(slowest * sigma) + profile.decisionSeconds;
}
