import type { PoolState } from '../env/types.ts';
import type { FleetVote } from './fleet-sizer.ts';

/** How the levels of a pool voted, for the journal. */
export function voteSentence(pool: string, { vms, from, upTo }: FleetVote, { ready, booting }: PoolState): string {
  const asked =
    upTo > from ? `${vms - from} of the levels ${from + 1} to ${upTo} vote to be on` : 'no level is in doubt';
  return `${pool}: ${asked}, so ${vms} VMs (${ready} ready, ${booting} booting)`;
}
