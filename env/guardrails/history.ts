import type { Action, Observation, ServiceProfile } from '../types.ts';

export interface CountsAt {
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
  #launches: CountsAt[] = [];
  #removals: CountsAt[] = [];
  #wishes: CountsAt[] = [];
  /** Wishes that were made on arrivals that could be trusted. */
  #needs: CountsAt[] = [];
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
  saw({ timeSeconds, pools }: Observation, wanted: Action, isTrusted = true): void {
    this.#startSeconds ??= timeSeconds;
    const wish = { timeSeconds, counts: wanted.vmCounts };
    this.#wishes = [...kept(this.#wishes, timeSeconds), wish];
    this.#needs = kept(this.#needs, timeSeconds);
    if (isTrusted) this.#needs.push(wish);
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

  /** [pool] What one decision in twenty of the last day exceeded (its 95th percentile, nearest rank); null before the first. */
  usuallyNeeded(): number[] | null {
    if (this.#needs.length === 0) return null;
    const rank = Math.ceil(0.95 * this.#needs.length) - 1;
    return this.#profile.pools.map((_, pool) => this.#needs.map(({ counts }) => counts[pool]!).sort(rising)[rank]!);
  }

  /** What an earlier run needed, the oldest first, so that a restart knows its day. */
  recall(needs: readonly CountsAt[]): void {
    this.#needs = [...needs, ...this.#needs];
  }

  /** VMs of the pool that have been booting since `seconds` or longer. */
  bootingSince(pool: number, seconds: number): number {
    return this.#bootingSince[pool]!.filter((since) => since <= seconds).length;
  }
}

const rising = (one: number, other: number) => one - other;

/** A clock that jumped back leaves entries of the future: they count as recent. */
function kept(changes: readonly CountsAt[], nowSeconds: number): CountsAt[] {
  return changes.filter(({ timeSeconds }) => timeSeconds > nowSeconds - longestWindowSeconds);
}

function total(changes: readonly CountsAt[], fromSeconds: number): number {
  return changes
    .filter(({ timeSeconds }) => timeSeconds > fromSeconds)
    .reduce((sum, { counts }) => sum + counts.reduce((all, one) => all + one, 0), 0);
}
