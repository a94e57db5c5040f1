import { defaultPrices, readPrices } from '../env/prices.ts';
import { readProfile } from '../env/profile.ts';
import { openSimulator } from '../env/sim/open.ts';
import type { Workload } from '../env/types.ts';
import { readWorkload } from '../env/workload/reference.ts';
import type { Parts } from './evaluation-job.ts';
import { createAnyPolicy } from './policy.ts';

/** The real parts. The last workload is remembered: jobs come trace by trace, and a day takes a moment to read. */
export function simulatedParts(): Parts {
  let remembered: { readonly key: string; readonly workload: Promise<Workload> } | null = null;
  return {
    profile: readProfile,
    prices: async (file) => (file === null ? defaultPrices : readPrices(file)),
    workload: ({ reference, ...part }) => {
      const key = JSON.stringify([reference, part]);
      if (remembered?.key !== key) remembered = { key, workload: readWorkload(reference, part) };
      return remembered.workload;
    },
    policy: createAnyPolicy,
    simulator: openSimulator,
  };
}
