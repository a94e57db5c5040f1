import type { VmPool } from '../../env/vm-pool.ts';

/**
 * A pool as a bound sees it. Interruptions only add cost, so a bound does without them, but for two things that they may save: in a shortage there are
 * fewer spot VMs than the minimum, and one that AWS takes back just when it is to go costs its notice in place of the drain.
 */
export function boundedPool(pool: VmPool): VmPool {
  return pool.spot ? { ...pool, min: 0, drainSeconds: Math.min(pool.drainSeconds, pool.spot.noticeSeconds) } : pool;
}
