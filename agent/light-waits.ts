import { contentionFactor } from '../env/physics/contention.ts';
import type { ServiceProfile } from '../env/types.ts';
import { type Choice, vmCapacityPerSecond } from '../policies/economics.ts';
import { waitsBeforeSpillMs } from '../policies/spill.ts';

/** A full line may slow down those who are served by so much. */
const slowdown = 0.2;

/** Of the slack of a deadline, as rules do. */
export const usualShare = 0.5;

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

/**
 * By what share a line that is full slows the services of a pool, where requests of the first class wait for as long as is light, and for half of their slack, as with rules, at most. An overload fills the
 * line, and it stays full until there is less to do than VMs so slow serve; so a VM that is short of others serves that much less. 0 without contention.
 */
export function fullLineSlowdown(profile: ServiceProfile, choice: Choice): number {
  const { contention, serviceMs } = profile.pools[choice.pool]!;
  const perSecond = vmCapacityPerSecond(profile, choice.pool, choice.variant) ?? 0;
  const [slackMs = 0] = waitsBeforeSpillMs(profile, serviceMs[choice.variant]!, 1);
  const [light = 0] = lightWaitShares(profile, choice);
  const waiting = (perSecond * Math.min(light, usualShare) * slackMs) / 1000;
  return contentionFactor(contention, waiting, 1) - 1;
}
