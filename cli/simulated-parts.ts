import { defaultPrices, readPrices } from '../env/prices.ts';
import { readProfile } from '../env/profile.ts';
import { openSimulator } from '../env/sim/open.ts';
import type { ServiceProfile, Workload } from '../env/types.ts';
import { readWorkload } from '../env/workload/reference.ts';
import { scaleWorkload } from '../env/workload/scale.ts';
import { sliceWorkload } from '../env/workload/slice.ts';
import type { Parts } from './parts.ts';
import { policyMaker } from './policy.ts';

/** Workloads kept in memory, the one used last at the end. */
const mostWorkloads = 40;

/** The real parts. Profiles and the last workloads are remembered: jobs come trace by trace, batch by batch, and a day takes a moment to read. */
export function simulatedParts(): Parts {
  const profiles = new Map<string, Promise<ServiceProfile>>();
  const remembered = new Map<string, Promise<Workload>>();
  const recall = (key: string, make: () => Promise<Workload>): Promise<Workload> => {
    const workload = remembered.get(key) ?? make();
    remembered.delete(key);
    remembered.set(key, workload);
    if (remembered.size > mostWorkloads) remembered.delete(remembered.keys().next().value!);
    return workload;
  };
  return {
    profile: (file) => {
      const profile = profiles.get(file) ?? readProfile(file);
      profiles.set(file, profile);
      return profile;
    },
    prices: async (file) => (file === null ? defaultPrices : readPrices(file)),
    // Parts and multiples of one trace are made of what was read once.
    workload: ({ reference, scale = 1, startSeconds = 0, durationSeconds = null }) =>
      recall(JSON.stringify([reference, scale, startSeconds, durationSeconds]), async () => {
        const whole = await recall(reference, () => readWorkload(reference));
        return sliceWorkload(scaleWorkload(whole, scale), startSeconds, durationSeconds);
      }),
    policy: policyMaker(),
    simulator: openSimulator,
  };
}
