import type { Observation, PriceBook, ServiceProfile } from '../env/types.ts';
import { type Choice, cheapestChoice, priceRatio, vmCapacityPerSecond } from './economics.ts';
import { lineSlowdown } from './line-slowdown.ts';

/** The service as a rule sees it: one variant, one pool that grows and shrinks, one Lambda tier. */
export interface Setting {
  readonly profile: ServiceProfile;
  readonly choice: Choice;
  readonly lambdaMemoryMb: number;
  /** Requests per second of one VM of the chosen pool with all slots busy, and with a full line where that slows it. */
  readonly vmPerSecond: number;
  /** By what share that line slows it: without a line it would serve as much more. */
  readonly lineSlowdown: number;
  /** Requests per second of the other pools, which stay at their minimum. */
  readonly standingPerSecond: number;
  readonly bootSeconds: number;
  readonly min: number;
  readonly max: number;
  /** Rho, the price of a unit of work on Lambda over its price on a full VM. */
  readonly ratio: number;
}

/**
 * @param position of the pool that grows and shrinks, from 1; null: the first that is fast enough
 * @param waitShare for which a request waits before it spills, of the slack of its deadline; null: it does not spill, or nobody says so
 */
export function settingOf(
  profile: ServiceProfile,
  prices: PriceBook,
  position: number | null = null,
  waitShare: number | null = null,
): Setting {
  const choice = cheapestChoice(profile, prices, position);
  const pool = profile.pools[choice.pool]!;
  const slowdown = lineSlowdown(profile, choice, waitShare);
  return {
    profile,
    choice,
    lambdaMemoryMb: profile.lambda.memoryMb[choice.tier]!,
    vmPerSecond: vmCapacityPerSecond(profile, choice.pool, choice.variant)! / (1 + slowdown),
    lineSlowdown: slowdown,
    standingPerSecond: standingPerSecond(profile, choice),
    bootSeconds: pool.boot.medianSeconds,
    min: pool.min,
    max: pool.max,
    ratio: priceRatio(profile, prices, choice) / (1 + slowdown),
  };
}

function standingPerSecond(profile: ServiceProfile, { pool, variant }: Choice): number {
  return profile.pools.reduce(
    (sum, one, index) => sum + (index === pool ? 0 : one.min * (vmCapacityPerSecond(profile, index, variant) ?? 0)),
    0,
  );
}

/** How many VMs of the chosen pool a load keeps fully busy; a fraction. */
export function vmsForRate(setting: Setting, ratePerSecond: number): number {
  return Math.max(0, ratePerSecond - setting.standingPerSecond) / setting.vmPerSecond;
}

export function withinPool(setting: Setting, vms: number): number {
  return Math.min(setting.max, Math.max(setting.min, Math.ceil(vms)));
}

/** Requests per second that the VMs which are ready now can serve. */
export function readyPerSecond({ profile, choice }: Setting, observation: Pick<Observation, 'pools'>): number {
  return profile.pools.reduce(
    (sum, _, pool) =>
      sum + (observation.pools[pool]?.ready ?? 0) * (vmCapacityPerSecond(profile, pool, choice.variant) ?? 0),
    0,
  );
}

/** VMs of the chosen pool that were asked for; before the first action those that were found, which a restart must not cut. */
export function presentVms({ choice }: Setting, observation: Observation): number {
  const { ready, booting } = observation.pools[choice.pool] ?? { ready: 0, booting: 0 };
  return observation.lastAction?.vmCounts[choice.pool] ?? ready + booting;
}

/** VMs of each pool that were asked for, or found before the first action, within its limits: [pool] */
export function presentCounts({ profile }: Setting, { pools, lastAction }: Observation): number[] {
  return profile.pools.map(({ min, max }, index) => {
    const { ready, booting } = pools[index] ?? { ready: 0, booting: 0 };
    return Math.min(max, Math.max(min, lastAction?.vmCounts[index] ?? ready + booting));
  });
}
