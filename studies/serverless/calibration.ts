import type { Workload } from '../../env/types.ts';
import { bisect } from '../bisection.ts';
import { withWarmMs } from '../change.ts';
import { type Measured, measureDraws, onLambda } from '../deployment.ts';
import type { OnShelf } from '../shelf.ts';
import { type FunctionRow, memoryMb, networkMs } from './systems.ts';
import { drawn, type OpenTimes } from './workloads.ts';

const warmRangeMs = [0.5, 3000] as const;

/** The function on its own: every request goes there. Mean over the sequences of the workload. */
export function measureFunction(
  { profile, prices }: OnShelf,
  workloads: readonly Workload[],
  memory = memoryMb,
): Measured {
  return measureDraws({ profile, prices, action: onLambda(profile, memory) }, workloads);
}

/** The warm time at which workload-40 costs what the paper prints; the cold start is that of the profile. */
export function fitWarmMs(deployed: OnShelf, row: FunctionRow, workload40: readonly Workload[], steps = 13): number {
  const usd = (warmMs: number) =>
    measureFunction({ ...deployed, profile: withWarmMs(deployed.profile, warmMs) }, workload40).usd;
  return bisect(row.usd[0], warmRangeMs, usd, steps);
}

/** As the presets of env/workload/two-state-preset.ts assume them. */
export const assumedTimes: OpenTimes = { firstPeak40: 100, high40: 330, high120: 400 };
/** Average latency of MobileNet on Lambda at workload-200 (section 4). */
export const mobilenetLatencyMs = 97;
const firstPeakRange = [7, 10] as const;

/**
 * The open times, with the first peak of workload-40 begun such that MobileNet, its warm time fitted to the cost of workload-40, has the average latency
 * that the paper prints for workload-200. How many requests come before the first environment is warm decides how many start cold, and so how much
 * of the cost of workload-40 is left for the warm time.
 */
export function fitFirstPeak(deployed: OnShelf, row: FunctionRow, seed: number): OpenTimes {
  const workload200 = drawn('workload-200', assumedTimes, seed);
  const latencyMs = (firstPeak40: number) => {
    const warmMs = fitWarmMs(deployed, row, drawn('workload-40', { ...assumedTimes, firstPeak40 }, seed), 10);
    const latency = measureFunction({ ...deployed, profile: withWarmMs(deployed.profile, warmMs) }, workload200).meanMs;
    return latency! + networkMs;
  };
  return { ...assumedTimes, firstPeak40: bisect(mobilenetLatencyMs, firstPeakRange, latencyMs, 8) };
}
