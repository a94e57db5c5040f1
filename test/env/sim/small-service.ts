import { binLowerMs } from '../../../env/histogram.ts';
import { addOutcomes, emptyOutcome } from '../../../env/outcome.ts';
import { type Fidelity, openSimulator } from '../../../env/sim/open.ts';
import type { Action, Observation, Outcome, PriceBook, ServiceProfile, Workload } from '../../../env/types.ts';

export const prices: PriceBook = {
  date: '2026-01-01',
  region: 'nowhere',
  source: 'round numbers',
  usdPerHour: { small: 3.6, double: 7.2, quadruple: 14.4, large: 36 },
  minimumBilledSeconds: 60,
  lambdaUsdPerGbSecond: 0.001,
  lambdaProvisionedUsdPerGbSecond: 0.0000041667,
  lambdaProvisionedDurationUsdPerGbSecond: 0.0000097222,
  lambdaUsdPerRequest: 0.00001,
};

/** One variant of 100 ms on one pool of one-slot VMs; a function of 1 GB with 200 ms and a cold start of 1 s. */
export const service: ServiceProfile = {
  version: 1,
  name: 'small',
  decisionSeconds: 60,
  slo: { attainment: 0.99, classes: [{ name: 'only', share: 1, deadlineMs: 1e6 }] },
  accuracyFloor: 0.5,
  variants: [{ name: 'net', accuracy: 0.75 }],
  serviceCv: 0.5,
  pools: [
    {
      name: 'vms',
      instanceType: 'small',
      min: 0,
      max: 1000,
      slots: 1,
      boot: { medianSeconds: 100, sigma: 0.2 },
      drainSeconds: 30,
      contention: 0,
      serviceMs: [100],
    },
  ],
  lambda: {
    memoryMb: [1024],
    serviceMs: [[200]],
    coldStartMs: [[1000]],
    keepAliveSeconds: 600,
    concurrencyLimit: 1000,
    batchMarginal: 1,
  },
  router: 'overflow',
  budgets: { accuracy: false, misses: false },
  queueLimit: null,
  clientTimeoutMs: 1e9,
  metrics: { binSeconds: 10, delaySeconds: 0, lossProbability: 0 },
};

export function withClasses(...classes: ServiceProfile['slo']['classes'][number][]): ServiceProfile {
  return { ...service, slo: { ...service.slo, classes } };
}

export function withLambda(lambda: Partial<ServiceProfile['lambda']>): ServiceProfile {
  return { ...service, lambda: { ...service.lambda, ...lambda } };
}

/** A Poisson process. */
export function poisson(perSecond: number, seconds: number): Workload {
  return { name: 'poisson', stepSeconds: seconds, requests: Float64Array.of(perSecond * seconds), counted: false };
}

/** [second] Whole counts, replayed as they are. */
export function counts(requests: readonly number[]): Workload {
  return { name: 'counts', stepSeconds: 1, requests: Float64Array.from(requests), counted: true };
}

/** `maxWaitMs` holds for all classes where it is one value. */
export function action(vms: number | readonly number[], maxWaitMs: number | null | readonly (number | null)[]): Action {
  return {
    variant: 0,
    vmCounts: typeof vms === 'number' ? [vms] : vms,
    lambdaMemoryMb: 1024,
    spillover: { maxWaitMs: Array.isArray(maxWaitMs) ? maxWaitMs : [maxWaitMs, maxWaitMs], lambdaShare: 0 },
  };
}

export interface Run {
  readonly outcomes: readonly Outcome[];
  readonly total: Outcome;
  /** What was observed after each interval. */
  readonly observations: readonly Observation[];
}

export interface RunOptions {
  readonly profile?: ServiceProfile;
  readonly workload: Workload;
  /** [interval] One for each interval; the last holds for the rest. */
  readonly actions: readonly Action[];
  readonly intervals: number;
  readonly initialVms?: readonly number[];
  readonly fidelity?: Fidelity;
  readonly seed?: number;
}

export async function simulate(options: RunOptions): Promise<Run> {
  const { profile = service, workload, actions, intervals, fidelity = 'request-level', seed = 1 } = options;
  const initialVms = options.initialVms ?? actions[0]!.vmCounts;
  const simulator = openSimulator({ fidelity, profile, prices, workload, seed, initialVms });
  const outcomes: Outcome[] = [];
  const observations: Observation[] = [];
  for (let interval = 0; interval < intervals; interval++) {
    outcomes.push(await simulator.step(actions[Math.min(interval, actions.length - 1)]!));
    observations.push(await simulator.observe());
  }
  await simulator.close();
  return { outcomes, total: outcomes.reduce(addOutcomes, emptyOutcome(profile)), observations };
}

/** Mean of the latency histogram, each bin at its middle. */
export function meanLatencySeconds({ latency }: Outcome): number {
  let sum = 0;
  let count = 0;
  latency.forEach((requests, bin) => {
    sum += (requests * (binLowerMs(bin) + binLowerMs(bin + 1))) / 2;
    count += requests;
  });
  return sum / count / 1000;
}
