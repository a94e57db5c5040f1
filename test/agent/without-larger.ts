import type { ServiceProfile } from '../../env/types.ts';

/** With its first two variants alone: there is a smaller one than that in force, and no larger one. */
export function withoutLarger(profile: ServiceProfile): ServiceProfile {
  const { variants, pools, lambda } = profile;
  return {
    ...profile,
    variants: variants.slice(0, 2),
    pools: pools.map((one) => ({ ...one, serviceMs: one.serviceMs.slice(0, 2) })),
    lambda: { ...lambda, serviceMs: lambda.serviceMs.slice(0, 2), coldStartMs: lambda.coldStartMs.slice(0, 2) },
  };
}
