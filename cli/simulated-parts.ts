import { defaultPrices, readPrices } from '../env/prices.ts';
import { readProfile } from '../env/profile.ts';
import { openSimulator } from '../env/sim/open.ts';
import type { Workload } from '../env/types.ts';
import { readWorkload } from '../env/workload/reference.ts';
import type { Parts } from './evaluation-job.ts';
import { createAnyPolicy } from './policy.ts';

/** Workloads kept in memory. */
const mostWorkloads = 40;

/** The real parts. The last workloads are remembered: jobs come trace by trace, batch by batch, and a day takes a moment to read. */
export function simulatedParts(): Parts {
  /** [source] The oldest first. */
  const remembered = new Map<string, Promise<Workload>>();
  return {
    profile: readProfile,
    prices: async (file) => (file === null ? defaultPrices : readPrices(file)),
    workload: ({ reference, ...part }) => {
      const key = JSON.stringify([reference, part]);
      const workload = remembered.get(key) ?? readWorkload(reference, part);
      remembered.delete(key);
      remembered.set(key, workload);
      if (remembered.size > mostWorkloads) remembered.delete(remembered.keys().next().value!);
      return workload;
    },
    policy: createAnyPolicy,
    simulator: openSimulator,
  };
}
