import type { Action, Observation, PriceBook, RouterKind, ServiceProfile } from '../../env/types.ts';
import type { VmPool } from '../../env/vm-pool.ts';

/** Prices in round numbers: a VM costs a cent a second, a Lambda GB-second two. */
export const examplePrices: PriceBook = {
  date: '2026-01-01',
  region: 'nowhere-1',
  source: 'made up',
  usdPerHour: { small: 36, large: 144 },
  minimumBilledSeconds: 60,
  lambdaUsdPerGbSecond: 0.02,
  lambdaProvisionedUsdPerGbSecond: 0.0000041667,
  lambdaProvisionedDurationUsdPerGbSecond: 0.0000097222,
  lambdaUsdPerRequest: 0,
};

/** Ten requests a second per VM, 100 ms on one slot; Lambda takes 100 ms at 1 GB, so a unit of work costs twice a full VM's. */
export const examplePool: VmPool = {
  name: 'cpu',
  instanceType: 'small',
  min: 1,
  max: 50,
  slots: 1,
  boot: { medianSeconds: 120, sigma: 0 },
  drainSeconds: 0,
  contention: 0,
  serviceMs: [50, 100, 200],
};

export const exampleProfile: ServiceProfile = {
  version: 1,
  name: 'example',
  decisionSeconds: 60,
  slo: {
    attainment: 0.99,
    classes: [
      { name: 'strict', share: 0.5, deadlineMs: 500 },
      { name: 'relaxed', share: 0.5, deadlineMs: 2000 },
    ],
  },
  accuracyFloor: 0.8,
  variants: [
    { name: 'tiny', accuracy: 0.7 },
    { name: 'middle', accuracy: 0.8 },
    { name: 'big', accuracy: 0.9 },
  ],
  serviceCv: 0,
  pools: [examplePool],
  lambda: {
    memoryMb: [512, 1024],
    serviceMs: [
      [100, 50],
      [600, 100],
      [null, 200],
    ],
    coldStartMs: [
      [1000, 1000],
      [1000, 1000],
      [null, 1000],
    ],
    keepAliveSeconds: 600,
    concurrencyLimit: 1000,
    batchMarginal: 1,
  },
  router: 'overflow',
  budgets: { accuracy: false, misses: false },
  queueLimit: null,
  clientTimeoutMs: 10000,
  metrics: { binSeconds: 10, delaySeconds: 0, lossProbability: 0 },
};

export function withRouter(router: RouterKind): ServiceProfile {
  return { ...exampleProfile, router };
}

export interface Seen {
  readonly timeSeconds?: number;
  /** One rate for all bins, or the rates of the bins; null: absent. */
  readonly rates?: number | readonly number[] | null | undefined;
  readonly ageSeconds?: number;
  readonly utilization?: number | null | undefined;
  readonly ready?: number;
  readonly booting?: number;
  readonly lastAction?: Action | null;
}

/** An observation of a service with one pool. */
export function observation(seen: Seen): Observation {
  const ageSeconds = seen.ageSeconds ?? 0;
  const rates = typeof seen.rates === 'number' ? new Array<number>(6).fill(seen.rates) : (seen.rates ?? null);
  const utilization = seen.utilization ?? null;
  return {
    timeSeconds: seen.timeSeconds ?? 60,
    arrivals: rates && { value: rates, ageSeconds },
    utilization: [utilization === null ? null : { value: utilization, ageSeconds }],
    queueLength: [null, null],
    latencyMs: { p50: null, p95: null, p99: null },
    attainment: [null, null],
    accuracy: null,
    spilledPerSecond: null,
    pools: [{ ready: seen.ready ?? 1, booting: seen.booting ?? 0 }],
    lastAction: seen.lastAction ?? null,
  };
}
