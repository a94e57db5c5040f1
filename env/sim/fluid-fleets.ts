import { vmServiceSeconds } from '../physics/service.ts';
import { Random } from '../random.ts';
import type { PoolState, PriceBook, ServiceProfile } from '../types.ts';
import { Fleet } from './fleet.ts';
import type { Ledger } from './ledger.ts';

/** The fleets of all pools, and what they carry together with the variant in force. */
export class FluidFleets {
  /** Requests per second. */
  capacity = 0;
  /** Slots that serve. */
  servers = 0;
  readonly #profile: ServiceProfile;
  readonly #fleets: readonly Fleet[];
  /** [pool] Infinity where the variant does not run. */
  readonly #serviceSeconds: Float64Array;
  readonly #slots: readonly number[];

  constructor(profile: ServiceProfile, prices: PriceBook, seed: number, initialVms: readonly number[]) {
    this.#profile = profile;
    this.#fleets = profile.pools.map(
      (pool, index) =>
        new Fleet(pool, prices.minimumBilledSeconds, Random.seeded(seed, `boot ${pool.name}`), initialVms[index]!),
    );
    this.#serviceSeconds = new Float64Array(profile.pools.length);
    this.#slots = profile.pools.map((pool) => pool.slots);
  }

  states(): PoolState[] {
    return this.#fleets.map((fleet) => fleet.state());
  }

  scaleTo(vmCounts: readonly number[], now: number, seconds: number, ledger: Ledger): void {
    for (let pool = 0; pool < this.#fleets.length; pool++) {
      const fleet = this.#fleets[pool]!;
      const change = fleet.scaleTo(vmCounts[pool]!, now);
      ledger.launches += change.launches;
      ledger.terminations += change.terminations;
      ledger.vmSeconds[pool]! += change.extraBilledSeconds + fleet.live * seconds;
      ledger.readySlotSeconds[pool]! += fleet.ready * this.#slots[pool]! * seconds;
    }
  }

  serve(variant: number): void {
    for (let pool = 0; pool < this.#fleets.length; pool++) {
      this.#serviceSeconds[pool] = vmServiceSeconds(this.#profile, pool, variant) ?? Number.POSITIVE_INFINITY;
    }
  }

  get areBooting(): boolean {
    for (const fleet of this.#fleets) if (fleet.live > fleet.ready) return true;
    return false;
  }

  /** True where a boot has ended by `now`, so that capacity grew. */
  finishBoots(now: number, end: number, ledger: Ledger): boolean {
    let finished = 0;
    for (let pool = 0; pool < this.#fleets.length; pool++) {
      const fleet = this.#fleets[pool]!;
      if (fleet.live === fleet.ready) continue;
      const ready = fleet.finishBoots(now);
      ledger.readySlotSeconds[pool]! += ready * this.#slots[pool]! * (end - now);
      finished += ready;
    }
    return finished > 0;
  }

  measure(): void {
    this.capacity = this.servers = 0;
    for (let pool = 0; pool < this.#fleets.length; pool++) {
      if (this.#serviceSeconds[pool] === Number.POSITIVE_INFINITY) continue;
      const slots = this.#fleets[pool]!.ready * this.#slots[pool]!;
      this.servers += slots;
      this.capacity += slots / this.#serviceSeconds[pool]!;
    }
  }

  /** Books the work of so many requests, spread over the slots in proportion. */
  work(requests: number, ledger: Ledger): void {
    if (requests <= 0) return;
    const share = requests / this.capacity;
    for (let pool = 0; pool < this.#fleets.length; pool++) {
      if (this.#serviceSeconds[pool] === Number.POSITIVE_INFINITY) continue;
      ledger.busySlotSeconds[pool]! += share * this.#fleets[pool]!.ready * this.#slots[pool]!;
    }
  }
}
