import { emptyHistogram, histogramBin } from '../../../env/histogram.ts';
import { Random } from '../../../env/random.ts';
import type {
  Action,
  Environment,
  Observation,
  Outcome,
  Policy,
  PriceBook,
  ServiceProfile,
} from '../../../env/types.ts';
import type { Evaluation, Result } from '../../../policies/evaluation/json.ts';
import { standings } from '../../../policies/evaluation/standings.ts';

export const profile: ServiceProfile = {
  version: 1,
  name: 'toy',
  decisionSeconds: 60,
  slo: {
    attainment: 0.99,
    classes: [
      { name: 'strict', share: 0.5, deadlineMs: 500 },
      { name: 'relaxed', share: 0.5, deadlineMs: 2000 },
    ],
  },
  accuracyFloor: 0.7,
  variants: [
    { name: 'small', accuracy: 0.7 },
    { name: 'large', accuracy: 0.8 },
  ],
  serviceCv: 0.2,
  pools: [
    {
      name: 'cpu',
      instanceType: 'c5.large',
      min: 0,
      max: 50,
      slots: 2,
      boot: { medianSeconds: 100, sigma: 0.2 },
      drainSeconds: 30,
      contention: 0,
      serviceMs: [50, 100],
    },
  ],
  lambda: {
    memoryMb: [1024, 2048],
    serviceMs: [
      [100, 60],
      [200, 120],
    ],
    coldStartMs: [
      [2000, 1500],
      [3000, 2500],
    ],
    keepAliveSeconds: 600,
    concurrencyLimit: 1000,
    batchMarginal: 1,
  },
  router: 'overflow',
  budgets: { accuracy: false, misses: false },
  queueLimit: null,
  clientTimeoutMs: 60_000,
  metrics: { binSeconds: 10, delaySeconds: 60, lossProbability: 0 },
};

export const prices: PriceBook = {
  date: '2025-01-01',
  region: 'us-east-1',
  source: 'made up',
  usdPerHour: { 'c5.large': 0.085 },
  minimumBilledSeconds: 60,
  lambdaUsdPerGbSecond: 0.0000166667,
  lambdaProvisionedUsdPerGbSecond: 0.0000041667,
  lambdaProvisionedDurationUsdPerGbSecond: 0.0000097222,
  lambdaUsdPerRequest: 0.0000002,
};

/** A world that draws plausible outcomes, and tells what it drew. */
export class FakeEnvironment implements Environment {
  readonly outcomes: Outcome[] = [];
  readonly actions: Action[] = [];
  closed = 0;
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = Random.seeded(seed, 'fake');
  }

  async observe(): Promise<Observation> {
    return {
      timeSeconds: this.outcomes.length * 60,
      arrivals: null,
      utilization: [null],
      queueLength: [null, null],
      latencyMs: { p50: null, p95: null, p99: null },
      attainment: [null, null],
      accuracy: null,
      spilledPerSecond: null,
      pools: [{ ready: 3, booting: this.outcomes.length % 2 }],
      lastAction: this.actions.at(-1) ?? null,
    };
  }

  async step(action: Action): Promise<Outcome> {
    this.actions.push(action);
    const outcome = fakeOutcome(this.#random, action.vmCounts[0]!);
    this.outcomes.push(outcome);
    return outcome;
  }

  async close(): Promise<void> {
    this.closed++;
  }
}

export function fakeOutcome(random: Random, vms: number): Outcome {
  const latency = emptyHistogram();
  const classes = [0, 1].map(() => {
    const inTime = 500 + random.below(500);
    const late = random.below(5);
    const lost = random.below(3);
    return { requests: inTime + late + lost, inTime, late, lost };
  });
  const answered = classes.reduce((sum, one) => sum + one.inTime + one.late, 0);
  for (let request = 0; request < answered; request++) latency[histogramBin(random.lognormal(80, 0.8))]! += 1;
  return {
    seconds: 60,
    classes,
    accuracySum: 0.8 * answered,
    spilled: random.below(200),
    throttled: 0,
    coldStarts: random.below(4),
    launches: random.below(2),
    terminations: random.below(2),
    interruptions: random.below(2),
    vmSeconds: [60 * vms],
    busySlotSeconds: [30 * vms],
    readySlotSeconds: [120 * vms],
    usd: {
      vm: 0.0014 * vms,
      lambdaCompute: 0.001 * random.uniform(),
      lambdaRequests: 0.0001 * random.uniform(),
      lambdaProvisioned: 0,
    },
    latency,
    insideChange: 0,
  };
}

/** Holds one number of VMs, and says so. */
export function holding(vms: number, name = 'hold'): Policy {
  const action = {
    variant: 1,
    vmCounts: [vms],
    lambdaMemoryMb: 1024,
    spillover: { maxWaitMs: [0, null], lambdaShare: 0 },
  };
  return { name, decide: ({ timeSeconds }) => ({ action, reason: `hold ${vms} at ${timeSeconds} s` }) };
}

export function result(change: Partial<Result> = {}): Result {
  return {
    policy: 'mixed',
    kind: 'rule',
    trace: 'day',
    parameters: { margin: 1.2 },
    usd: 10,
    usdPerMillion: 2,
    requests: 5_000_000,
    attainment: { strict: 0.995, relaxed: 0.999, all: 0.997 },
    accuracy: 0.78,
    p50Ms: 60,
    p95Ms: 200,
    p99Ms: 400,
    lost: 12,
    spilledShare: 0.05,
    coldStarts: 30,
    launches: 12,
    terminations: 11,
    interruptions: 0,
    vmHours: 120,
    usdByKind: { vm: 8, lambdaCompute: 1.9, lambdaRequests: 0.1, lambdaProvisioned: 0 },
    boundUsd: 8,
    regret: 0.25,
    oracleRegret: null,
    seedsUsd: [9.9, 10.1],
    seedsAttainment: [0.996, 0.998],
    usdInterval: { value: 10, low: 9.9, high: 10.1 },
    overBestRule: null,
    churnPerDay: 23,
    promisedTimeShare: 0.98,
    worstHour: 0.95,
    usdAtAttainment: null,
    curve: [],
    ...change,
  };
}

export function evaluationWith(results: Result[], change: Partial<Evaluation> = {}): Evaluation {
  const traces = [...new Set(results.map((one) => one.trace))];
  const slo = { attainment: 0.99, accuracyFloor: 0.7 };
  return {
    version: '0.1.0',
    service: 'toy',
    traces,
    fidelity: 'fluid',
    seeds: [1, 2],
    durationSeconds: 86_400,
    warmUpSeconds: 600,
    traceSeconds: traces.map(() => 86_400),
    scales: traces.map(() => 1),
    fleets: traces.map(() => null),
    slo,
    priceDate: '2025-01-01',
    priceRatio: 2.5,
    tuning: null,
    bestRule: null,
    results,
    standings: standings(results, traces, null, slo),
    ...change,
  };
}
