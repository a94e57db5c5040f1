import type { Action, Observation, ServiceProfile } from '../types.ts';

interface Change {
  readonly timeSeconds: number;
  /** [pool] */
  readonly counts: readonly number[];
}

/** What is remembered longest: no window may be longer. */
export const longestWindowSeconds = 86_400;

/** What was done and seen so far, in the time of the environment, as far back as a window can reach. */
export class History {
  readonly #profile: ServiceProfile;
  /** [pool] When each VM that boots was first seen booting; oldest first. */
  readonly #bootingSince: number[][];
  /** [pool] */
  readonly #ready: number[];
  #launches: Change[] = [];
  #removals: Change[] = [];
  #wishes: Change[] = [];
  #startSeconds: number | null = null;
  #variantSince: number | null = null;
  #memorySince: number | null = null;

  constructor(profile: ServiceProfile) {
    this.#profile = profile;
    this.#bootingSince = profile.pools.map(() => []);
    this.#ready = profile.pools.map(() => 0);
  }

  /** When the first decision was made; null before it. */
  get startSeconds(): number | null {
    return this.#startSeconds;
  }

  /** When the variant, or the memory, in force was chosen; null: by nobody that is known. */
  get variantSince(): number | null {
    return this.#variantSince;
  }

  get memorySince(): number | null {
    return this.#memorySince;
  }

  /** Before the guardrails are asked. */
  saw({ timeSeconds, pools }: Observation, wanted: Action): void {
    this.#startSeconds ??= timeSeconds;
    this.#wishes = [...kept(this.#wishes, timeSeconds), { timeSeconds, counts: wanted.vmCounts }];
    this.#bootingSince.forEach((since, pool) => {
      const { ready = 0, booting = 0 } = pools[pool] ?? {};
      // Those that became ready were the oldest, as far as anybody can tell from outside; who else is gone was the newest (env/sim/fleet.ts).
      since.splice(0, Math.max(0, ready - this.#ready[pool]!));
      since.splice(booting);
      this.#ready[pool] = ready;
      while (since.length < booting) since.push(timeSeconds);
    });
  }

  /** After they were: what is made so. */
  did({ timeSeconds, pools, lastAction }: Observation, applied: Action): void {
    const change = applied.vmCounts.map((count, pool) => count - (pools[pool]!.ready + pools[pool]!.booting));
    const grown = change.map((vms) => Math.max(0, vms));
    const cut = change.map((vms) => Math.max(0, -vms));
    this.#launches = [...kept(this.#launches, timeSeconds), { timeSeconds, counts: grown }];
    this.#removals = [...kept(this.#removals, timeSeconds), { timeSeconds, counts: cut }];
    if (applied.variant !== lastAction?.variant) this.#variantSince = timeSeconds;
    if (applied.lambdaMemoryMb !== lastAction?.lambdaMemoryMb) this.#memorySince = timeSeconds;
  }

  /** VMs asked for in the window before `now`, all pools together. */
  launchesSince(fromSeconds: number): number {
    return total(this.#launches, fromSeconds);
  }

  removalsSince(fromSeconds: number): number {
    return total(this.#removals, fromSeconds);
  }

  /** [pool] The most that was wanted at any decision from then on. */
  mostWantedSince(fromSeconds: number): number[] {
    const wishes = this.#wishes.filter((wish) => wish.timeSeconds > fromSeconds);
    return this.#profile.pools.map((_, pool) => Math.max(0, ...wishes.map((wish) => wish.counts[pool]!)));
  }

  /** VMs of the pool that have been booting since `seconds` or longer. */
  bootingSince(pool: number, seconds: number): number {
    return this.#bootingSince[pool]!.filter((since) => since <= seconds).length;
  }
}

/** A clock that jumped back leaves entries of the future: they count as recent. */
function kept(changes: readonly Change[], nowSeconds: number): Change[] {
  return changes.filter(({ timeSeconds }) => timeSeconds > nowSeconds - longestWindowSeconds);
}

function total(changes: readonly Change[], fromSeconds: number): number {
  return changes
    .filter(({ timeSeconds }) => timeSeconds > fromSeconds)
    .reduce((sum, { counts }) => sum + counts.reduce((all, one) => all + one, 0), 0);
}
