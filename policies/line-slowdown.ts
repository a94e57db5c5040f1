import { contentionFactor } from '../env/physics/contention.ts';
import type { ServiceProfile } from '../env/types.ts';
import { type Choice, vmCapacityPerSecond } from './economics.ts';
import { waitsBeforeSpillMs } from './waits-before-spill.ts';

/**
 * By what share a full line slows the services of a pool, where those who wait slow down those who are served (`contention`): 0 to 1. An overload fills the line, and it
 * stays full until there is less to do than VMs so slow serve; so a VM of which more is asked than it serves, serves that much less. Behind a router that does
 * not decide request by request nothing limits a line, and a policy cannot reckon with one.
 *
 * @param waitShare for which a request of the first class waits before it spills, of the slack of its deadline; null: nobody spills
 */
export function lineSlowdown(
  profile: ServiceProfile,
  { pool, variant }: Pick<Choice, 'pool' | 'variant'>,
  waitShare: number | null,
): number {
  const { contention, serviceMs } = profile.pools[pool]!;
  const meanMs = serviceMs[variant] ?? null;
  if (profile.router !== 'overflow' || waitShare === null || meanMs === null) return 0;
  const [firstMs = 0] = waitsBeforeSpillMs(profile, meanMs, waitShare);
  const waiting = (vmCapacityPerSecond(profile, pool, variant)! * firstMs) / 1000;
  return contentionFactor(contention, waiting, 1) - 1;
}
