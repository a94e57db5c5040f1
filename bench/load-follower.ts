import type { Action, ServiceProfile } from '../env/types.ts';

const variant = 1;
const lambdaMemoryMb = 1769;
const margin = 1.15;
const spillover = { maxWaitMs: [200, 1000], lambdaShare: 0 };

/** The load of the last minute and a margin: it makes VMs boot and go, lines build up, and Lambda take the rest. */
export function loadFollower(profile: ServiceProfile): (perSecond: number) => Action {
  const slotSeconds = profile.pools[0]!.serviceMs[variant]! / 1000 / profile.pools[0]!.slots;
  return (perSecond) => ({
    variant,
    vmCounts: profile.pools.map((_, pool) =>
      pool === 0 ? Math.max(1, Math.ceil(perSecond * slotSeconds * margin)) : 0,
    ),
    lambdaMemoryMb,
    spillover,
  });
}
