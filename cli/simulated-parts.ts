import { defaultPrices, readPrices } from '../env/prices.ts';
import { readProfile } from '../env/profile.ts';
import { openSimulator } from '../env/sim/open.ts';
import type { ServiceProfile } from '../env/types.ts';
import { readWorkload } from '../env/workload/reference.ts';
import { scaleWorkload } from '../env/workload/scale.ts';
import { sliceWorkload } from '../env/workload/slice.ts';
import type { Parts } from './parts.ts';
import { policyMaker } from './policy.ts';
import { RecentWorkloads } from './recent-workloads.ts';

/** The real parts. Profiles and the last workloads are remembered. */
export function simulatedParts(): Parts {
  const profiles = new Map<string, Promise<ServiceProfile>>();
  const recent = new RecentWorkloads();
  return {
    profile: (file) => {
      const profile = profiles.get(file) ?? readProfile(file);
      profiles.set(file, profile);
      return profile;
    },
    prices: async (file) => (file === null ? defaultPrices : readPrices(file)),
    // Parts and multiples of one trace are made of what was read once.
    workload: ({ reference, scale = 1, startSeconds = 0, durationSeconds = null }) =>
      recent.recall(JSON.stringify([reference, scale, startSeconds, durationSeconds]), async () => {
        const whole = await recent.recall(reference, () => readWorkload(reference));
        return sliceWorkload(scaleWorkload(whole, scale), startSeconds, durationSeconds);
      }),
    policy: policyMaker(),
    simulator: openSimulator,
  };
}
