import type { ServiceProfile } from '../../types.ts';
import type { Counted } from './instance-memory.ts';

/** What the fleet was over some time. */
export interface FleetTime {
  readonly seconds: number;
  /** [pool] */
  readonly vmSeconds: readonly number[];
  readonly readySlotSeconds: readonly number[];
  readonly launches: number;
  readonly terminations: number;
  readonly interruptions: number;
}

interface Entry {
  readonly atMs: number;
  /** [pool] Null: it could not be read, and is taken to be as before. */
  readonly pools: readonly (Counted | null)[];
}

const rememberedMs = 3_600_000;

/**
 * The fleet from reading to reading, in between taken to be as the earlier one found it: VM time is billed from an instance's launch
 * until it is gone, and known to the interval between readings. The minimum bill of a minute per launch is left out.
 */
export class FleetAccount {
  readonly #profile: ServiceProfile;
  #entries: Entry[] = [];
  #toldUntilMs: number;

  constructor(profile: ServiceProfile, fromMs: number) {
    this.#profile = profile;
    this.#toldUntilMs = fromMs;
  }

  saw(atMs: number, pools: readonly (Counted | null)[]): void {
    const last = this.#entries.at(-1);
    // Of a clock that went back the later entries are void.
    if (last !== undefined && last.atMs >= atMs) this.#entries = this.#entries.filter((one) => one.atMs < atMs);
    const carried = pools.map((one, pool) => {
      const before = last?.pools[pool] ?? null;
      return one ?? (before && { ...before, launches: 0, terminations: 0, interruptions: 0 });
    });
    this.#entries = [...this.#entries.filter((one) => one.atMs > atMs - rememberedMs), { atMs, pools: carried }];
  }

  /** Since the last time it was told; null: nothing passed. */
  tellUntil(untilMs: number): FleetTime | null {
    const fromMs = this.#toldUntilMs;
    if (untilMs <= fromMs || this.#entries.length === 0) return null;
    this.#toldUntilMs = untilMs;
    return this.between(fromMs, untilMs);
  }

  /** From inclusive, to exclusive. */
  between(fromMs: number, toMs: number): FleetTime {
    const vmSeconds = this.#profile.pools.map(() => 0);
    const readySlotSeconds = this.#profile.pools.map(() => 0);
    let launches = 0;
    let terminations = 0;
    let interruptions = 0;
    // From the newest back, since what is asked for is nearly always the last few of an hour's.
    for (let index = this.#entries.length - 1, nextMs = Infinity; index >= 0 && nextMs > fromMs; index--) {
      const { atMs, pools } = this.#entries[index]!;
      const startMs = index === 0 ? fromMs : Math.max(fromMs, atMs);
      const seconds = Math.max(0, Math.min(toMs, nextMs) - startMs) / 1000;
      const isWithin = atMs >= fromMs && atMs < toMs;
      nextMs = atMs;
      pools.forEach((counted, pool) => {
        vmSeconds[pool]! += seconds * (counted?.billed ?? 0);
        readySlotSeconds[pool]! += seconds * (counted?.ready ?? 0) * this.#profile.pools[pool]!.slots;
        launches += isWithin ? (counted?.launches ?? 0) : 0;
        terminations += isWithin ? (counted?.terminations ?? 0) : 0;
        interruptions += isWithin ? (counted?.interruptions ?? 0) : 0;
      });
    }
    return { seconds: (toMs - fromMs) / 1000, vmSeconds, readySlotSeconds, launches, terminations, interruptions };
  }
}
