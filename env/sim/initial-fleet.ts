import { vmServiceSeconds } from '../physics/service.ts';
import type { ServiceProfile, Workload } from '../types.ts';

/**
 * The VMs that are ready when a simulation begins: on the first pool as many as just carry the mean rate of the workload's first decision interval
 * with the least accurate variant that meets the floor, on the others their minimum. Every policy starts from the same fleet.
 */
export function initialFleet(profile: ServiceProfile, workload: Workload): number[] {
  const bins = Math.max(1, Math.ceil(profile.decisionSeconds / workload.stepSeconds));
  const first = workload.requests.subarray(0, bins);
  const rate = first.reduce((sum, one) => sum + one, 0) / (first.length * workload.stepSeconds);
  const variant = profile.variants.findIndex((one) => one.accuracy >= profile.accuracyFloor);
  return profile.pools.map((pool, index) => {
    const serviceSeconds = vmServiceSeconds(profile, index, variant);
    const needed = index === 0 && serviceSeconds !== null ? Math.ceil((rate * serviceSeconds) / pool.slots) : pool.min;
    return Math.min(pool.max, Math.max(pool.min, needed));
  });
}
