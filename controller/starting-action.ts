import type { Action, Observation, ServiceProfile } from '../env/types.ts';

/**
 * The action that changes least where no earlier one is known: the VMs that run or boot stay; what they cannot take goes to
 * Lambda at its largest memory; the first variant that meets the accuracy floor answers. A restart never begins with a cut.
 */
export function startingAction(profile: ServiceProfile, observation: Observation): Action {
  const vmCounts = profile.pools.map((pool, index) => {
    const state = observation.pools[index];
    const { ready, booting, asked = Infinity } = state ?? { ready: pool.min, booting: 0 };
    // What is there beyond what was asked for goes by itself: others replace it.
    const found = Math.min(ready + booting, asked);
    return Math.min(pool.max, Math.max(pool.min, Number.isInteger(found) ? found : pool.min));
  });
  const variant = profile.variants.findIndex((one) => one.accuracy >= profile.accuracyFloor);
  return {
    variant: variant < 0 ? profile.variants.length - 1 : variant,
    vmCounts,
    lambdaMemoryMb: profile.lambda.memoryMb.at(-1)!,
    spillover: {
      maxWaitMs: profile.slo.classes.map(() => 0),
      lambdaShare: vmCounts.some((count) => count > 0) ? 0 : 1,
    },
  };
}
