import { asked, boundCounts, type Guardrail } from './situation.ts';

/** VMs launched within the window, all pools together; up to the minimum of a pool launches are always allowed. */
export const growthCap: Guardrail = (wanted, situation) => {
  const { launches, windowSeconds } = situation.limits.growth;
  const { history, observation, profile } = situation;
  const before = history.launchesSince(observation.timeSeconds - windowSeconds);
  let left = Math.max(0, launches - before);
  return boundCounts(
    wanted,
    (count, pool) => {
      const now = asked(situation, pool);
      const launched = Math.min(left, Math.max(0, count - now));
      left -= launched;
      return Math.min(count, Math.max(now + launched, profile.pools[pool]!.min));
    },
    () => `${before} VMs were launched within ${windowSeconds} s, and ${launches} are allowed.`,
  );
};
