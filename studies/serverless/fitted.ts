import { withWarmMs } from '../change.ts';
import type { Laboratory } from '../experiment.ts';
import { type OnShelf, take } from '../shelf.ts';
import { assumedTimes, fitFirstPeak, fitWarmMs } from './calibration.ts';
import { rowOf } from './systems.ts';
import { drawn, type OpenTimes } from './workloads.ts';

/** The open times as fitted on AWS; says that this step is done. */
export async function fittedTimes(laboratory: Laboratory): Promise<OpenTimes> {
  const row = rowOf('aws-mobilenet-tf');
  const times = await laboratory.once('times of the workloads', async () =>
    fitFirstPeak(await take(laboratory, row.profile, row.prices), row, laboratory.seed),
  );
  laboratory.told('start of the first peak');
  return times;
}

/**
 * Google's functions are held against a first peak at 100 s: with the early one the cold starts alone cost more than the paper's whole bill,
 * so the platform must start fewer instances than requests wait.
 */
export function timesFor(profile: string, fitted: OpenTimes): OpenTimes {
  return profile.startsWith('gcp') ? assumedTimes : fitted;
}

export interface FittedFunction {
  readonly deployed: OnShelf;
  readonly warmMs: number;
}

/** The deployment with the warm time at which workload-40 costs what the paper prints. */
export function fittedFunction(laboratory: Laboratory, profile: string, times: OpenTimes): Promise<FittedFunction> {
  const row = rowOf(profile);
  return laboratory.once(`${profile} ${JSON.stringify(times)}`, async () => {
    const shelf = await take(laboratory, row.profile, row.prices);
    const warmMs = fitWarmMs(shelf, row, drawn('workload-40', times, laboratory.seed));
    return { warmMs, deployed: { ...shelf, profile: withWarmMs(shelf.profile, warmMs) } };
  });
}
