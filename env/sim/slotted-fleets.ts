import { ladder } from '../physics/budgets.ts';
import { Random } from '../random.ts';
import type { PoolState, PriceBook, ServiceProfile } from '../types.ts';
import { Fleet } from './fleet.ts';
import type { Ledger } from './ledger.ts';
import { Slots } from './slots.ts';

/** The fleets of all pools with their slots, in the order in which the router tries them. */
export class SlottedFleets {
  /** [pool] */
  readonly slots: readonly Slots[];
  /** When the next boot ends; infinity where nothing boots. */
  nextBoot = Number.POSITIVE_INFINITY;
  readonly #profile: ServiceProfile;
  readonly #fleets: readonly Fleet[];

  constructor(profile: ServiceProfile, prices: PriceBook, seed: number, initialVms: readonly number[]) {
    this.#profile = profile;
    this.#fleets = profile.pools.map(
      (pool, index) =>
        new Fleet(pool, prices.minimumBilledSeconds, Random.seeded(seed, `boot ${pool.name}`), initialVms[index]!),
    );
    this.slots = profile.pools.map((pool, index) => {
      const slots = new Slots(pool.contention);
      slots.open(initialVms[index]! * pool.slots, 0);
      return slots;
    });
  }

  states(): PoolState[] {
    return this.#fleets.map((fleet) => fleet.state());
  }

  /** Requests per second. */
  get capacity(): number {
    let capacity = 0;
    for (const slots of this.slots) capacity += slots.capacityPerSecond;
    return capacity;
  }

  /** Requests per second if the smaller variants answered. */
  get smallestCapacity(): number {
    let capacity = 0;
    for (const slots of this.slots) capacity += slots.smallestCapacityPerSecond;
    return capacity;
  }

  get readyVms(): number {
    let ready = 0;
    for (const fleet of this.#fleets) ready += fleet.ready;
    return ready;
  }

  /** Makes the desired VMs live, and bills the live ones for the next `seconds`. */
  scaleTo(vmCounts: readonly number[], now: number, seconds: number, ledger: Ledger): void {
    this.#fleets.forEach((fleet, pool) => {
      const { slots } = this.#profile.pools[pool]!;
      const readyBefore = fleet.ready;
      const change = fleet.scaleTo(vmCounts[pool]!, now);
      this.slots[pool]!.retire((readyBefore - fleet.ready) * slots);
      ledger.launches += change.launches;
      ledger.terminations += change.terminations;
      ledger.vmSeconds[pool]! += change.extraBilledSeconds + fleet.live * seconds;
      ledger.readySlotSeconds[pool]! += fleet.ready * slots * seconds;
    });
    this.#findNextBoot();
  }

  serve(variant: number): void {
    this.slots.forEach((slots, pool) => {
      slots.serve(ladder(this.#profile, pool, variant));
    });
  }

  /** The VMs whose boot ends by `time` open their slots, which are ready until `end` at least. */
  finishBoots(time: number, end: number, ledger: Ledger): void {
    this.#fleets.forEach((fleet, pool) => {
      const opened = fleet.finishBoots(time) * this.#profile.pools[pool]!.slots;
      this.slots[pool]!.open(opened, time);
      ledger.readySlotSeconds[pool]! += opened * (end - time);
    });
    this.#findNextBoot();
  }

  #findNextBoot(): void {
    this.nextBoot = Number.POSITIVE_INFINITY;
    for (const fleet of this.#fleets) this.nextBoot = Math.min(this.nextBoot, fleet.nextReadyAt());
  }

  settle(ledger: Ledger): void {
    this.slots.forEach((slots, pool) => {
      ledger.busySlotSeconds[pool] = slots.workedSeconds;
      slots.workedSeconds = 0;
    });
  }
}
