import { asked, boundCounts, type Guardrail } from './situation.ts';

/** VMs taken away within the window are at most a share of the fleet as it was (Karpenter's disruption budget). */
export const disruptionBudget: Guardrail = (wanted, situation) => {
  const { share, leastVms, windowSeconds } = situation.limits.disruption;
  const { history, observation, profile } = situation;
  const gone = history.removalsSince(observation.timeSeconds - windowSeconds);
  const fleet = profile.pools.reduce((sum, _, pool) => sum + asked(situation, pool), 0);
  const budget = Math.max(leastVms, Math.floor(share * (fleet + gone)));
  let left = Math.max(0, budget - gone);
  return boundCounts(
    wanted,
    (count, pool) => {
      const now = asked(situation, pool);
      const cut = Math.min(left, Math.max(0, now - count));
      left -= cut;
      return Math.max(count, now - cut);
    },
    () => `The budget of ${budget} VMs that may go within ${windowSeconds} s has ${Math.max(0, budget - gone)} left.`,
  );
};
