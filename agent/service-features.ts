import type { DemandHistory } from './demand-history.ts';
import type { ServiceOptions } from './service-options.ts';

/** The service at a decision, after the fleet has been sized. Rates in requests per second. */
export interface ServiceState {
  /** What the ready VMs serve with the usual variant. */
  readonly capacity: number;
  /** Of the VMs that boot, and of those that are wanted. */
  readonly booting: number;
  readonly wanted: number;
  /** Seconds of the capacity's work that wait. */
  readonly backlogSeconds: number;
  /** Of the newest interval: share that went to Lambda, and share that was late or lost. */
  readonly spilledShare: number;
  readonly missedShare: number;
  /** Accuracy credit over the load: seconds in which the service could answer with an accuracy of one point below the floor. */
  readonly creditSeconds: number;
  readonly priceRatio: number;
}

const windows = [3, 10, 30];
const lags = [2, 3, 5, 10, 30];

export const serviceFeatures = [
  'load over capacity',
  'peak over capacity',
  ...windows.map((window) => `load of ${window} over capacity`),
  ...lags.map((lag) => `load over load ${lag} back`),
  'spread',
  'booting over capacity',
  'wanted over capacity',
  'backlog',
  'spilled share',
  'missed share',
  'accuracy credit',
  'logarithm of the price ratio',
  'logarithm of the load in seconds of a request',
  ...[0, 1, 2, 3, 4].flatMap((option) => [
    `variant ${option} exists`,
    `variant ${option}: work`,
    `variant ${option}: accuracy slack`,
    `variant ${option}: price`,
  ]),
  ...[0, 1, 2, 3].flatMap((option) => [
    `tier ${option} exists`,
    `tier ${option}: price`,
    `tier ${option}: latency`,
    `tier ${option}: cold start`,
  ]),
] as const;

export function writeServiceFeatures(
  history: DemandHistory,
  now: number,
  unitsPerRate: number,
  state: ServiceState,
  options: ServiceOptions,
  into: Float32Array,
  offset: number,
): void {
  let at = offset;
  const capacity = state.capacity + 1e-3;
  const rate = (lag: number) => 1e-3 + (now > 0 ? history.means[Math.max(0, now - lag)]! * unitsPerRate : 0);
  const newest = now - 1;
  into[at++] = clip(rate(1) / capacity, 3);
  into[at++] = newest >= 0 ? clip((history.peaks[newest]! * unitsPerRate) / capacity, 3) : 0;
  for (const window of windows) {
    let sum = 0;
    for (let lag = 1; lag <= window; lag++) sum += rate(lag);
    into[at++] = clip(sum / window / capacity, 3);
  }
  for (const lag of lags) into[at++] = clip(Math.log(rate(1) / rate(lag)), 3);
  into[at++] = newest >= 0 ? clip((history.spreads[newest]! * unitsPerRate) / rate(1), 3) : 0;
  into[at++] = clip(state.booting / capacity, 3);
  into[at++] = clip(state.wanted / capacity, 3);
  into[at++] = Math.log1p(Math.min(state.backlogSeconds, 100));
  into[at++] = state.spilledShare;
  into[at++] = state.missedShare;
  into[at++] = Math.log1p(Math.max(0, Math.min(state.creditSeconds, 1e5)) / 60) / 3;
  into[at++] = Math.log(state.priceRatio);
  into[at++] = Math.log(rate(1)) / 5;
  for (const option of options.variants) {
    into[at++] = option ? 1 : 0;
    into[at++] = option ? Math.log(option.work) : 0;
    into[at++] = option ? 10 * option.slack : 0;
    into[at++] = option ? Math.log(option.price) : 0;
  }
  for (const option of options.tiers) {
    into[at++] = option ? 1 : 0;
    into[at++] = option ? Math.log(option.price) : 0;
    into[at++] = option ? option.latency : 0;
    into[at++] = option ? option.coldStart / 10 : 0;
  }
}

function clip(value: number, bound: number): number {
  return Math.max(-bound, Math.min(bound, value));
}
