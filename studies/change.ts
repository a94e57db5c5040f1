import type { ServiceProfile } from '../env/types.ts';

/** The profile with another warm service time of its first variant, the same for every memory size that it fits. */
export function withWarmMs(profile: ServiceProfile, warmMs: number): ServiceProfile {
  const serviceMs = profile.lambda.serviceMs.map((row, variant) =>
    variant === 0 ? row.map((ms) => (ms === null ? null : warmMs)) : row,
  );
  return { ...profile, lambda: { ...profile.lambda, serviceMs } };
}

/** The profile with another cold start of its first variant, the same for every memory size that it fits. */
export function withColdMs(profile: ServiceProfile, coldMs: number): ServiceProfile {
  const coldStartMs = profile.lambda.coldStartMs.map((row, variant) =>
    variant === 0 ? row.map((ms) => (ms === null ? null : coldMs)) : row,
  );
  return { ...profile, lambda: { ...profile.lambda, coldStartMs } };
}

/** The profile with the pool of this name alone. */
export function onlyPool(profile: ServiceProfile, name: string): ServiceProfile {
  return { ...profile, pools: profile.pools.filter((pool) => pool.name === name) };
}

/** The profile with another service time of its first variant on the pool of this name. */
export function withServerMs(profile: ServiceProfile, name: string, serverMs: number): ServiceProfile {
  const pools = profile.pools.map((pool) =>
    pool.name === name ? { ...pool, serviceMs: [serverMs, ...pool.serviceMs.slice(1)] } : pool,
  );
  return { ...profile, pools };
}
