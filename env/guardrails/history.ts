import type { Action, Observation, PoolState, ServiceProfile } from '../types.ts';
import { askedOf, present } from './situation.ts';

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
  /** Only where there were any. */
  readonly #launches: CountsAt[] = [];
  readonly #removals: CountsAt[] = [];
  readonly #wishes: CountsAt[] = [];
  /** Wishes that were made on arrivals that could be trusted. */
  readonly #needs: CountsAt[] = [];
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
    const before = this.#wishes.at(-1)?.counts ?? [];
    // A day of a thousand services is a million wishes, and most are the one before.
    const counts = before.join() === wanted.vmCounts.join() ? before : wanted.vmCounts;
    const wish = { timeSeconds, counts };
    forget(this.#wishes, timeSeconds);
    forget(this.#needs, timeSeconds);
    this.#wishes.push(wish);
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
    const grown = applied.vmCounts.map((count, pool) => Math.max(0, count - askedOf(pools[pool]!)));
    const cut = applied.vmCounts.map((count, pool) => Math.max(0, lossFrom(pools[pool]!) - count));
    note(this.#launches, { timeSeconds, counts: grown });
    note(this.#removals, { timeSeconds, counts: cut });
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
    const most = this.#profile.pools.map(() => 0);
    for (const { timeSeconds, counts } of this.#wishes) {
      if (timeSeconds <= fromSeconds) continue;
      for (let pool = 0; pool < most.length; pool++) most[pool] = Math.max(most[pool]!, counts[pool]!);
    }
    return most;
  }

  /** [pool] What one decision in twenty of the last day exceeded (its 95th percentile, nearest rank); null before the first. */
  usuallyNeeded(): number[] | null {
    if (this.#needs.length === 0) return null;
    const rank = Math.ceil(0.95 * this.#needs.length) - 1;
    return this.#profile.pools.map((_, pool) => this.#needs.map(({ counts }) => counts[pool]!).sort(rising)[rank]!);
  }

  /** What an earlier run needed, the oldest first, so that a restart knows its day. */
  recall(needs: readonly CountsAt[]): void {
    this.#needs.unshift(...needs);
  }

  /** VMs of the pool that have been booting since `seconds` or longer. */
  bootingSince(pool: number, seconds: number): number {
    return this.#bootingSince[pool]!.filter((since) => since <= seconds).length;
  }
}

/** Below this count VMs go. Where launches fail, what is asked back was never there. */
function lossFrom(pool: PoolState): number {
  const areFailing = pool.hindrances?.some(({ forbids }) => forbids === 'launch') ?? false;
  return areFailing ? present(pool) : askedOf(pool);
}

const rising = (one: number, other: number) => one - other;

/** The oldest first. A clock that jumped back leaves entries of the future: they count as recent, and so does what lies behind them. */
function forget(entries: CountsAt[], nowSeconds: number): void {
  while (entries.length > 0 && entries[0]!.timeSeconds <= nowSeconds - longestWindowSeconds) entries.shift();
}

function note(changes: CountsAt[], change: CountsAt): void {
  forget(changes, change.timeSeconds);
  if (change.counts.some((count) => count > 0)) changes.push(change);
}

function total(changes: readonly CountsAt[], fromSeconds: number): number {
  let sum = 0;
  for (const { timeSeconds, counts } of changes) {
    if (timeSeconds > fromSeconds) for (const count of counts) sum += count;
  }
  return sum;
}
