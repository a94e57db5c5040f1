import type { VmPool } from '../vm-pool.ts';

/*
 * A place for a VM that is filled again at each notice, with interruptions at the rate λ: its VM is of an age that is exponential with λ, so it
 * has booted with the probability E[exp(-λ boot)], and notices bill λ notice more VMs than there are places. Shortages leave it empty, and bill nothing.
 */

/** Share of the time in which the VM of such a place is ready; the mean boot stands for its distribution, since λ boot is small. */
export function spotReadyShare({ boot, spot }: Pick<VmPool, 'boot' | 'spot'>): number {
  return Math.exp(-interruptionsPerSecond(spot) * boot.medianSeconds * Math.exp(boot.sigma ** 2 / 2));
}

/** VM time that is billed for such a place, over the time. */
export function spotBilledShare({ spot }: Pick<VmPool, 'spot'>): number {
  return 1 + interruptionsPerSecond(spot) * (spot?.noticeSeconds ?? 0);
}

function interruptionsPerSecond(spot: VmPool['spot']): number {
  return (spot?.interruptionsPerHour ?? 0) / 3600;
}
