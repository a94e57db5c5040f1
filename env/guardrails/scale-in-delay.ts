import { asked, boundCounts, type Guardrail, poolNames } from './situation.ts';

/** A pool shrinks to the most that was wanted within the delay (the stabilisation window of Kubernetes' horizontal autoscaler). */
export const scaleInDelay: Guardrail = (wanted, situation) => {
  const { scaleInDelaySeconds } = situation.limits;
  const most = situation.history.mostWantedSince(situation.observation.timeSeconds - scaleInDelaySeconds);
  return boundCounts(
    wanted,
    (count, pool) => Math.max(count, Math.min(asked(situation, pool), most[pool]!)),
    (pools) => `More VMs of ${poolNames(situation, pools)} were wanted within the last ${scaleInDelaySeconds} s.`,
  );
};
