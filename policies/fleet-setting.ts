import type { PriceBook, ServiceProfile } from '../env/types.ts';
import { fitsDeadline, readyVmUsdPerSecond, strictestDeadlineMs, vmCapacityPerSecond } from './economics.ts';
import { type Setting, settingOf } from './setting.ts';

/** A pool as a rule sees it that uses several. */
export interface FleetPool {
  /** Its place in the profile, from 0. */
  readonly pool: number;
  readonly name: string;
  /** Requests per second of one VM with all slots busy. */
  readonly perSecond: number;
  /** Of a VM that is ready: interruptions included. */
  readonly usdPerSecond: number;
  readonly bootSeconds: number;
  readonly min: number;
  readonly max: number;
}

/** The service as a rule over several pools sees it: one variant and Lambda tier, and the pools that serve that variant in time. */
export interface FleetSetting {
  readonly setting: Setting;
  /** At least one, in the order of the profile. */
  readonly pools: readonly FleetPool[];
}

/** The pools that run the variant of the first one that is fast enough, and are fast enough themselves; that one stands in where none is. */
export function fleetSettingOf(profile: ServiceProfile, prices: PriceBook): FleetSetting {
  const setting = settingOf(profile, prices);
  const { variant, pool: chosen } = setting.choice;
  const deadlineMs = strictestDeadlineMs(profile);
  const pools = profile.pools.flatMap((one, pool) => {
    const perSecond = vmCapacityPerSecond(profile, pool, variant);
    const isFast = pool === chosen || fitsDeadline(profile, one.serviceMs[variant] ?? null, deadlineMs);
    if (perSecond === null || !isFast || one.max === 0) return [];
    const { name, min, max, boot } = one;
    const usdPerSecond = readyVmUsdPerSecond(profile, prices, pool);
    return [{ pool, name, perSecond, usdPerSecond, bootSeconds: boot.medianSeconds, min, max }];
  });
  return { setting, pools };
}
