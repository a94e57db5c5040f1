import type { Clock } from '../../controller/clock.ts';
import type { Journal } from '../../controller/journal/journal.ts';
import type { JournalEntry, JournalLine } from '../../controller/journal/journal-entry.ts';
import type { Scheduler } from '../../controller/scheduler.ts';
import { emptyOutcome } from '../../env/outcome.ts';
import type { Action, Environment, Observation, Policy, ServiceProfile } from '../../env/types.ts';

/** Two variants, two pools, two classes, two memory tiers: small, and no two lengths that a mix-up could hide are hidden. */
export const profile: ServiceProfile = {
  version: 1,
  name: 'tiny',
  decisionSeconds: 60,
  slo: {
    attainment: 0.99,
    classes: [
      { name: 'strict', share: 0.6, deadlineMs: 200 },
      { name: 'relaxed', share: 0.4, deadlineMs: 1000 },
    ],
  },
  accuracyFloor: 0.7,
  variants: [
    { name: 'small', accuracy: 0.6 },
    { name: 'middle', accuracy: 0.75 },
    { name: 'large', accuracy: 0.8 },
  ],
  serviceCv: 0.1,
  pools: [
    {
      name: 'cpu',
      instanceType: 'c5.large',
      min: 1,
      max: 8,
      slots: 2,
      boot: { medianSeconds: 60, sigma: 0.2 },
      drainSeconds: 30,
      serviceMs: [40, 60, 80],
      contention: 0,
    },
    {
      name: 'gpu',
      instanceType: 'g4dn.xlarge',
      min: 0,
      max: 3,
      slots: 4,
      boot: { medianSeconds: 90, sigma: 0.2 },
      drainSeconds: 30,
      serviceMs: [5, 8, 12],
      contention: 0,
    },
  ],
  lambda: {
    memoryMb: [1024, 2048],
    serviceMs: [
      [90, 60],
      [120, 80],
      [160, 110],
    ],
    coldStartMs: [
      [900, 800],
      [1000, 900],
      [1200, 1000],
    ],
    keepAliveSeconds: 300,
    concurrencyLimit: 100,
    batchMarginal: 1,
  },
  router: 'overflow',
  budgets: { accuracy: false, misses: false },
  queueLimit: null,
  clientTimeoutMs: 5000,
  metrics: { binSeconds: 10, delaySeconds: 60, lossProbability: 0 },
};

export function actionOf(cpu: number, gpu = 0): Action {
  return {
    variant: 1,
    vmCounts: [cpu, gpu],
    lambdaMemoryMb: 1024,
    spillover: { maxWaitMs: [0, null], lambdaShare: 0 },
  };
}

/** Everything known, unless told otherwise. */
export function observationOf(overrides: Partial<Observation> = {}): Observation {
  const signal = (value: number) => ({ value, ageSeconds: 60 });
  return {
    timeSeconds: 0,
    arrivals: { value: [10, 20, 30], ageSeconds: 60 },
    utilization: [signal(0.5), null],
    queueLength: [signal(0), signal(1)],
    latencyMs: { p50: signal(50), p95: signal(90), p99: null },
    attainment: [signal(0.99), signal(1)],
    accuracy: signal(0.75),
    spilledPerSecond: signal(0),
    pools: [
      { ready: 2, booting: 1 },
      { ready: 1, booting: 0 },
    ],
    lastAction: null,
    ...overrides,
  };
}

/** States these decisions in turn, the last one for ever; an element may throw. */
export function policyOf(name: string, ...answers: readonly (unknown | (() => unknown))[]): Policy {
  let asked = 0;
  return {
    name,
    decide() {
      const answer = answers[Math.min(asked++, answers.length - 1)];
      const action = typeof answer === 'function' ? answer() : answer;
      return { action, reason: `${name} said so` } as ReturnType<Policy['decide']>;
    },
  };
}

export class FakeEnvironment implements Environment {
  readonly actions: Action[] = [];
  isClosed = false;
  /** Awaited inside each step. */
  during: () => Promise<void> = async () => {};
  see: (tick: number) => Partial<Observation> = () => ({});
  #busy = 0;
  mostBusy = 0;

  async observe(): Promise<Observation> {
    const tick = this.actions.length;
    return observationOf({ timeSeconds: 60 * tick, lastAction: this.actions.at(-1) ?? null, ...this.see(tick) });
  }

  async step(action: Action) {
    this.actions.push(action);
    this.mostBusy = Math.max(this.mostBusy, ++this.#busy);
    await this.during();
    this.#busy--;
    const classes = [
      { requests: 8, inTime: 7, late: 1, lost: 0 },
      { requests: 2, inTime: 1, late: 0, lost: 1 },
    ];
    return {
      ...emptyOutcome(profile),
      seconds: 60,
      classes,
      accuracySum: 6.75,
      usd: { vm: 0.5, lambdaCompute: 0.25, lambdaRequests: 0.25, lambdaProvisioned: 0 },
    };
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}

export class FakeJournal implements Journal {
  readonly lines: JournalLine[] = [];
  isClosed = false;

  /** The decisions. */
  get entries(): JournalEntry[] {
    return this.lines.filter((line) => line.kind === 'decision');
  }

  async append(line: JournalLine): Promise<void> {
    if (this.isClosed) throw new Error('the journal is closed');
    this.lines.push(structuredClone(line));
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}

/** Stands still until told to move. */
export class FakeClock implements Clock {
  #ms = 0;
  #timers: { readonly dueMs: number; readonly callback: () => void }[] = [];

  now(): Date {
    return new Date(Date.UTC(2026, 0, 1) + this.#ms);
  }

  monotonicMs(): number {
    return this.#ms;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { dueMs: this.#ms + delayMs, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    };
  }

  pass(seconds: number): void {
    this.#ms += 1000 * seconds;
    const due = this.#timers.filter((timer) => timer.dueMs <= this.#ms);
    this.#timers = this.#timers.filter((timer) => timer.dueMs > this.#ms);
    for (const timer of due) timer.callback();
  }
}

/** Beats when told to, as often as told to, even into a running beat. */
export class FakeScheduler implements Scheduler {
  isStopped = false;
  #beat: (() => Promise<void>) | null = null;

  start(beat: () => Promise<void>) {
    this.#beat = beat;
    return {
      stop: () => {
        this.isStopped = true;
      },
    };
  }

  beat(): Promise<void> {
    return this.isStopped || this.#beat === null ? Promise.resolve() : this.#beat();
  }
}

/** Lets everything that can go on without time passing go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

export const silent = { info: () => {}, warn: () => {} };
