import { erlangLoss } from '../physics/erlang.ts';
import { vmServiceSeconds } from '../physics/service.ts';
import type { PoolState, PriceBook, ServiceProfile } from '../types.ts';
import type { Fleet } from './fleet.ts';
import type { Ledger } from './ledger.ts';
import { openFleets } from './open-fleets.ts';

/** The slots of a pool that serve, and how fast; none where the variant in force does not run. */
export interface ServingPool {
  slots: number;
  serviceSeconds: number;
}

/** What the VMs can do together. */
export interface Serving {
  readonly pools: readonly ServingPool[];
  readonly servers: number;
  readonly readyVms: number;
  /** Requests per second. */
  readonly capacity: number;
}

/** The fleets of all pools, and what they carry together with the variant in force. */
export class FluidFleets implements Serving {
  capacity = 0;
  servers = 0;
  readyVms = 0;
  readonly pools: readonly ServingPool[];
  /** [pool] Share of the answers, as `spread` found it last. */
  readonly answeredShare: Float64Array;
  readonly #profile: ServiceProfile;
  readonly #fleets: readonly Fleet[];

  constructor(profile: ServiceProfile, prices: PriceBook, seed: number, initialVms: readonly number[]) {
    this.#profile = profile;
    this.#fleets = openFleets(profile, prices, seed, initialVms);
    this.pools = profile.pools.map(() => ({ slots: 0, serviceSeconds: Number.POSITIVE_INFINITY }));
    this.answeredShare = new Float64Array(profile.pools.length);
  }

  states(): PoolState[] {
    return this.#fleets.map((fleet) => fleet.state());
  }

  /** Makes the desired VMs live, and bills the live ones for the next `seconds`. */
  scaleTo(vmCounts: readonly number[], now: number, seconds: number, ledger: Ledger): void {
    for (let pool = 0; pool < this.#fleets.length; pool++) {
      const fleet = this.#fleets[pool]!;
      ledger.changeFleet(pool, fleet.scaleTo(vmCounts[pool]!, now));
      ledger.vmSeconds[pool]! += fleet.live * seconds;
      ledger.readySlotSeconds[pool]! += fleet.ready * this.#profile.pools[pool]!.slots * seconds;
    }
  }

  serve(variant: number): void {
    for (let pool = 0; pool < this.#fleets.length; pool++) {
      this.pools[pool]!.serviceSeconds = vmServiceSeconds(this.#profile, pool, variant) ?? Number.POSITIVE_INFINITY;
    }
  }

  /** When a boot ends next, or a VM is interrupted; infinity: never. */
  nextChange(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const fleet of this.#fleets) next = Math.min(next, fleet.nextChangeAt());
    return next;
  }

  /** What has changed by `now` stays so until `end`, as far as is known. */
  runUntil(now: number, end: number, ledger: Ledger): void {
    for (let pool = 0; pool < this.#fleets.length; pool++) {
      const fleet = this.#fleets[pool]!;
      const readyBefore = fleet.ready;
      ledger.changeFleet(pool, fleet.runUntil(now, end));
      ledger.readySlotSeconds[pool]! += (fleet.ready - readyBefore) * this.#profile.pools[pool]!.slots * (end - now);
    }
  }

  measure(): void {
    this.capacity = this.servers = this.readyVms = 0;
    for (let pool = 0; pool < this.#fleets.length; pool++) {
      const serving = this.pools[pool]!;
      const runs = serving.serviceSeconds < Number.POSITIVE_INFINITY;
      const { ready } = this.#fleets[pool]!;
      serving.slots = runs ? ready * this.#profile.pools[pool]!.slots : 0;
      this.readyVms += ready;
      this.servers += serving.slots;
      this.capacity += serving.slots / serving.serviceSeconds;
    }
  }

  /**
   * Spreads the answers of some seconds over the pools: the first takes what it has a slot for, the next the rest, and so on.
   * Their services took `times` those of the variant in force, and `contendedSeconds` more.
   */
  spread(requests: number, seconds: number, contendedSeconds: number, ledger: Ledger, times: number): void {
    let rest = requests / seconds;
    let capacityBehind = this.capacity;
    for (let pool = 0; pool < this.pools.length; pool++) {
      const { slots } = this.pools[pool]!;
      const serviceSeconds = this.pools[pool]!.serviceSeconds * times;
      this.answeredShare[pool] = 0;
      if (slots === 0) continue;
      capacityBehind -= slots / this.pools[pool]!.serviceSeconds;
      const isLast = capacityBehind < 1e-9;
      const turnedAway = isLast ? 0 : Math.min(rest * erlangLoss(rest * serviceSeconds, slots), capacityBehind);
      const taken = rest - turnedAway;
      this.answeredShare[pool] = (taken * seconds) / requests;
      ledger.busySlotSeconds[pool]! += taken * seconds * serviceSeconds + contendedSeconds * this.answeredShare[pool]!;
      rest = turnedAway;
    }
  }
}
