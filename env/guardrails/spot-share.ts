import { areEqual } from '../equal-vms.ts';
import { InputProblem } from '../problem.ts';
import type { ServiceProfile } from '../types.ts';
import type { Limits } from './limits.ts';
import { existing, type Guardrail, type Situation } from './situation.ts';

/**
 * So many of the VMs at most are on spot, and so many at least on demand, whatever is wanted in all: what is beyond is asked for on demand, of equal VMs first, and
 * not at all where there is no room. A VM that is there on spot goes once the one in its place is ready.
 */
export const spotShare: Guardrail = (wanted, situation) => {
  const { pools } = situation.profile;
  const all = sum(wanted.vmCounts);
  const onSpot = sum(wanted.vmCounts.filter((_, pool) => pools[pool]!.spot));
  const most = mostOnSpot(all, situation.limits.spot);
  if (onSpot <= most) return { action: wanted, said: null };
  const vmCounts = [...wanted.vmCounts];
  let beyond = onSpot - most;
  for (let pool = pools.length - 1; pool >= 0; pool--) {
    if (pools[pool]!.spot) beyond -= moved(vmCounts, pool, beyond, situation);
  }
  const said = `Of ${all} VMs ${onSpot} would be on spot, and ${most} may be: ${onSpot - most - beyond} are asked for on demand.`;
  return { action: { ...wanted, vmCounts }, said };
};

/** Refuses limits that a service without a pool on demand cannot keep. */
export function checkSpotShare({ name, pools }: ServiceProfile, { spot }: Limits): void {
  if ((spot.mostShare === 1 && spot.leastOnDemandVms === 0) || pools.some((pool) => !pool.spot)) return;
  throw new InputProblem(
    `limits: spot wants VMs on demand (mostShare ${spot.mostShare}, leastOnDemandVms ${spot.leastOnDemandVms}), but every pool of ${name} is on spot: add a pool on demand, or leave spot out.`,
  );
}

function mostOnSpot(all: number, { mostShare, leastOnDemandVms }: Limits['spot']): number {
  return Math.max(0, Math.min(Math.floor(mostShare * all + 1e-9), all - leastOnDemandVms));
}

/** Moves so many VMs of a pool on spot to those on demand, in `vmCounts`; returns how many it could. */
function moved(vmCounts: number[], pool: number, beyond: number, situation: Situation): number {
  const { pools } = situation.profile;
  const from = pools[pool]!;
  const movable = Math.min(beyond, Math.max(0, vmCounts[pool]! - from.min));
  const others = pools.map((_, index) => index).filter((index) => !pools[index]!.spot);
  others.sort((a, b) => Number(areEqual(pools[b]!, from)) - Number(areEqual(pools[a]!, from)));
  let left = movable;
  let inPlace = 0;
  for (const other of others) {
    inPlace += Math.max(0, (situation.observation.pools[other]?.ready ?? 0) - vmCounts[other]!);
    const taken = Math.min(left, pools[other]!.max - vmCounts[other]!);
    vmCounts[other]! += taken;
    left -= taken;
  }
  const there = Math.min(vmCounts[pool]!, existing(situation, pool));
  vmCounts[pool] = Math.max(vmCounts[pool]! - movable, there - inPlace);
  return movable - left;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, one) => total + one, 0);
}
