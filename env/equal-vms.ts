import type { ServiceProfile } from './types.ts';
import type { VmPool } from './vm-pool.ts';

/** Pools whose VMs do the same work: they differ by price, and by who takes them back. */
export function areEqual(one: VmPool, other: VmPool): boolean {
  return (
    one.instanceType === other.instanceType &&
    one.slots === other.slots &&
    one.serviceMs.every((ms, variant) => ms === other.serviceMs[variant])
  );
}

/** The first pool of the profile whose VMs do the same work as this one's. */
export function firstEqual({ pools }: ServiceProfile, pool: number): number {
  return pools.findIndex((one) => areEqual(one, pools[pool]!));
}
