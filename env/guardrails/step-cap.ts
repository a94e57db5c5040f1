import { asked, boundCounts, existing, type Guardrail, poolNames } from './situation.ts';

/** How far one decision may move a pool: a share of it, or a few VMs where that is more. */
export const stepCap: Guardrail = (wanted, situation) => {
  const { growthShare, cutShare, leastVms } = situation.limits.step;
  return boundCounts(
    wanted,
    (count, pool) => {
      const [there, now] = [existing(situation, pool), asked(situation, pool)];
      const most = Math.max(now, there + Math.max(leastVms, Math.floor(there * growthShare)));
      const least = now - Math.max(leastVms, Math.floor(now * cutShare));
      return Math.min(Math.max(most, situation.profile.pools[pool]!.min), Math.max(least, count));
    },
    (pools) => `One step moves ${poolNames(situation, pools)} only so far.`,
  );
};
