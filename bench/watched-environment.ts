import type { Action, Environment, Observation, Outcome, ServiceProfile } from '../env/types.ts';

export interface Promises {
  readonly profile: ServiceProfile;
  /** [pool] */
  readonly usdPerHour: readonly number[];
  readonly capUsdPerHour: number;
  /** Beyond this age a metric is stale. */
  readonly freshSeconds: number;
}

/** Stands behind the guardrails and notes, by its own arithmetic, each action that breaks a promise. */
export class WatchedEnvironment implements Environment {
  readonly breaches: string[] = [];
  readonly #inner: Environment;
  readonly #promises: Promises;
  #seen: Observation | null = null;
  #tick = 0;

  constructor(inner: Environment, promises: Promises) {
    this.#inner = inner;
    this.#promises = promises;
  }

  async observe(): Promise<Observation> {
    this.#seen = await this.#inner.observe();
    return this.#seen;
  }

  step(action: Action): Promise<Outcome> {
    for (const breach of breachesOf(action, this.#seen, this.#promises)) {
      this.breaches.push(`decision ${this.#tick}: ${breach}`);
    }
    this.#tick++;
    return this.#inner.step(action);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}

function breachesOf({ vmCounts }: Action, seen: Observation | null, promises: Promises): string[] {
  const { profile, usdPerHour, capUsdPerHour, freshSeconds } = promises;
  const rate = vmCounts.reduce((sum, count, pool) => sum + count * usdPerHour[pool]!, 0);
  const isCut = vmCounts.some((count, pool) => {
    const { ready, booting } = seen?.pools[pool] ?? { ready: 0, booting: 0 };
    return count < ready + booting;
  });
  const needed = seen === null ? [null] : [seen.arrivals, seen.spilledPerSecond, ...seen.queueLength];
  const isStale = needed.some((signal) => signal === null || signal.ageSeconds > freshSeconds);
  const isWithin = profile.pools.every(({ min, max }, pool) => {
    const count = vmCounts[pool]!;
    return Number.isInteger(count) && count >= min && count <= max;
  });
  return [
    ...(isWithin ? [] : [`${vmCounts.join('+')} VMs are outside of the profile`]),
    ...(rate <= capUsdPerHour + 1e-9 ? [] : [`$${rate} per hour is above the cap of $${capUsdPerHour}`]),
    ...(isCut && isStale ? [`VMs were taken away on metrics that are stale or absent`] : []),
  ];
}
