import type { Workload } from '../../env/types.ts';
import { durationSeconds } from '../../env/workload/duration.ts';
import { meanRates } from '../../env/workload/mean-rates.ts';

/** A rate, and the part of the time in which it holds. */
export interface LoadLevel {
  readonly perSecond: number;
  readonly share: number;
}

/** Levels of load by rising rate; their shares add to 1. */
export type Load = readonly LoadLevel[];

const minuteSeconds = 60;
/** Minutes are put together into this many levels at most: finer ones change no choice. */
const mostLevels = 120;

export function constantLoad(perSecond: number): Load {
  return [{ perSecond, share: 1 }];
}

/** The whole minutes of a workload, of which there is one at least, by their mean rates: as if each minute were long. */
export function loadOf(workload: Workload): Load {
  const minutes = Math.floor(durationSeconds(workload) / minuteSeconds + 1e-9);
  const rates = [...meanRates(workload, minuteSeconds).subarray(0, minutes)].sort((a, b) => a - b);
  const count = Math.min(mostLevels, rates.length);
  return Array.from({ length: count }, (_, level) => {
    const from = Math.floor((level * rates.length) / count);
    const until = Math.floor(((level + 1) * rates.length) / count);
    const part = rates.slice(from, until);
    return { perSecond: part.reduce((sum, one) => sum + one, 0) / part.length, share: part.length / rates.length };
  });
}

export function meanPerSecond(load: Load): number {
  return load.reduce((sum, one) => sum + one.perSecond * one.share, 0);
}

export function peakPerSecond(load: Load): number {
  return load.at(-1)!.perSecond;
}
