import type { ServiceProfile } from '../env/types.ts';
import { type Choice, fitsDeadline, vmCapacityPerSecond } from '../policies/economics.ts';
import { waitShare } from '../policies/knobs.ts';
import { waitsBeforeSpillMs } from '../policies/waits-before-spill.ts';

/** A full line may slow down those who are served by so much. */
const slowdown = 0.2;

/** Of the slack of a deadline, as rules do. */
export const usualShare = waitShare.default;

/**
 * [class] Where those who wait slow down those who are served (`contention`): the share of the slack of a deadline for which requests may wait so that a full line
 * slows them by a fifth. Longer lines outlive the burst that made them, since VMs so slow serve less than what goes on arriving. Infinity without contention.
 */
export function lightWaitShares(profile: ServiceProfile, { pool, variant }: Choice): readonly number[] {
  const contention = Math.max(...profile.pools.map((one) => one.contention));
  const perSecond = Math.max(...profile.pools.map((_, index) => vmCapacityPerSecond(profile, index, variant) ?? 0));
  // As many may wait per VM as it serves in that time.
  const lightMs = (1000 * slowdown) / (contention * perSecond);
  return waitsBeforeSpillMs(profile, profile.pools[pool]!.serviceMs[variant]!, 1).map((slackMs) => lightMs / slackMs);
}

/** The share of the slack of its deadline for which the first class waits where a line is light, and as with rules where it must wait since Lambda is too slow for it. */
export function firstWaitShare(profile: ServiceProfile, choice: Choice): number {
  const lambdaMs = profile.lambda.serviceMs[choice.variant]![choice.tier] ?? null;
  if (!fitsDeadline(profile, lambdaMs, profile.slo.classes[0]!.deadlineMs)) return usualShare;
  return Math.min(lightWaitShares(profile, choice)[0]!, usualShare);
}
