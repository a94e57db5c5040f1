/** Steps that lie one width apart: nothing within the first, a small change in the second, a large one beyond; scaling in mirrors them. */
export interface Steps {
  /** Of the metric. */
  readonly width: number;
  /** Of the fleet. */
  readonly smallShare: number;
  readonly largeShare: number;
}

/** Thresholds are sums of decimals. */
const ulp = 1e-9;

/** Change of the fleet, as a share, for a metric so far above (or, negative, below) the threshold. A step contains the bound nearer to the threshold. */
export function stepShare(breach: number, { width, smallShare, largeShare }: Steps): number {
  const distance = Math.abs(breach) + ulp;
  const share = distance < width ? 0 : distance < 2 * width ? smallShare : largeShare;
  return breach < 0 ? -share : share;
}

/**
 * PercentChangeInCapacity in whole VMs, as the EC2 Auto Scaling User Guide rounds it: above 1 down, between 0 and 1 to 1, between -1 and 0 to -1,
 * below -1 up.
 */
export function percentChange(vms: number, share: number): number {
  const change = vms * share;
  if (change > 0) return Math.max(1, Math.floor(change + ulp));
  return change < 0 ? Math.min(-1, Math.ceil(change - ulp)) : 0;
}
