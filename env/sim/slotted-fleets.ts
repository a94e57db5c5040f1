import { ladder } from '../physics/budgets.ts';
import type { PoolState, PriceBook, ServiceProfile } from '../types.ts';
import type { Fleet } from './fleet.ts';
import type { Ledger } from './ledger.ts';
import { openFleets } from './open-fleets.ts';
import { Slots } from './slots.ts';

/** The fleets of all pools with their slots, in the order in which the router tries them. */
export class SlottedFleets {
  /** [pool] */
  readonly slots: readonly Slots[];
  /** Those of the pools that have slots on which the variant in force runs, in the same order. */
  open: readonly Slots[] = [];
  /** When a boot ends next, or a VM is interrupted; infinity: never. */
  nextChange = Number.POSITIVE_INFINITY;
  readonly #profile: ServiceProfile;
  readonly #fleets: readonly Fleet[];

  constructor(profile: ServiceProfile, prices: PriceBook, seed: number, initialVms: readonly number[]) {
    this.#profile = profile;
    this.#fleets = openFleets(profile, prices, seed, initialVms);
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
      const readyBefore = fleet.ready;
      ledger.changeFleet(pool, fleet.scaleTo(vmCounts[pool]!, now));
      this.#openSlots(pool, fleet.ready - readyBefore, now);
      ledger.vmSeconds[pool]! += fleet.live * seconds;
      ledger.readySlotSeconds[pool]! += fleet.ready * this.#profile.pools[pool]!.slots * seconds;
    });
    this.#findNextChange();
  }

  serve(variant: number, now: number): void {
    this.slots.forEach((slots, pool) => {
      slots.serve(ladder(this.#profile, pool, variant), now);
    });
    this.#findOpen();
  }

  #findOpen(): void {
    this.open = this.slots.filter((one) => one.nextFreeAt < Number.POSITIVE_INFINITY);
  }

  /** The VMs whose boot ends by `time` open their slots, those that are interrupted take theirs along; until `end`, as far as is known. */
  runUntil(time: number, end: number, ledger: Ledger): void {
    this.#fleets.forEach((fleet, pool) => {
      const readyBefore = fleet.ready;
      ledger.changeFleet(pool, fleet.runUntil(time, end));
      const opened = this.#openSlots(pool, fleet.ready - readyBefore, time);
      ledger.readySlotSeconds[pool]! += opened * (end - time);
    });
    this.#findNextChange();
  }

  /** Of so many VMs; below 0 they leave. Returns how many slots. */
  #openSlots(pool: number, vms: number, time: number): number {
    const slots = vms * this.#profile.pools[pool]!.slots;
    if (slots > 0) this.slots[pool]!.open(slots, time);
    else if (slots < 0) this.slots[pool]!.retire(-slots);
    return slots;
  }

  #findNextChange(): void {
    this.#findOpen();
    this.nextChange = Number.POSITIVE_INFINITY;
    for (const fleet of this.#fleets) this.nextChange = Math.min(this.nextChange, fleet.nextChangeAt());
  }

  settle(ledger: Ledger): void {
    this.slots.forEach((slots, pool) => {
      ledger.busySlotSeconds[pool] = slots.workedSeconds;
      slots.workedSeconds = 0;
    });
  }
}
