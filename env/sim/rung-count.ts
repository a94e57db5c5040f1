import { idleReserve } from '../physics/budgets.ts';
import { unitServiceTable } from '../physics/service-table.ts';
import { Random } from '../random.ts';
import { SlotHeap } from './slot-heap.ts';

/** Requests of which a count is the mean: so many times the slots, since what happens goes on for about as many. */
const requestsPerSlot = 300;
const leastRequests = 12_000;
/** In services of the first pool: who would wait longer goes away. */
const longestWait = 1;

/** Mean service times of a pool. */
export interface RungTimes {
  /** Of the variant in force, over that of the first pool. */
  readonly inForce: number;
  /** Over that of the variant in force; 1 where there is no other. */
  readonly larger: number;
  readonly smaller: number;
  /** Of the requests, which still meet their deadline with the larger variant. */
  readonly quickShare: number;
}

/** What sets the shares of one row of pools apart from another's. */
export interface RungRule {
  /** In the order in which they are tried. */
  readonly pools: readonly RungTimes[];
  readonly serviceCv: number;
  /** Whether who finds no free slot waits; if not, it goes away, and the last free slot is the smaller variant's. */
  readonly isLined: boolean;
}

/** Who starts where, by which variant, and how often nobody can, at one load of pools of so many slots: counted on the rule itself. */
export class RungCount {
  /** [pool] Of all starts: those there; and those there by the larger variant. */
  readonly started: Float64Array;
  readonly larger: Float64Array;
  /** Of all starts. */
  smaller = 0;
  /** Of the arrivals, that find all slots at work. */
  busy = 0;
  readonly #rule: RungRule;
  /** [pool] */
  readonly #slots: readonly number[];
  readonly #heaps: readonly SlotHeap[];

  /** For slots at work, Poisson arrivals and the lognormal services of the request level. */
  constructor(rule: RungRule, slots: readonly number[]) {
    this.#rule = rule;
    this.#slots = slots;
    this.started = new Float64Array(slots.length);
    this.larger = new Float64Array(slots.length);
    this.#heaps = slots.map((count) => {
      const heap = new SlotHeap();
      for (let slot = 0; slot < count; slot++) heap.push(0);
      return heap;
    });
  }

  /** At no load. */
  rest(): this {
    const first = this.#slots.findIndex((count) => count > 0);
    const { larger, quickShare } = this.#rule.pools[first]!;
    this.started[first] = 1;
    if (larger > 1 && this.#slots[first]! > idleReserve(this.#slots[first]!)) this.larger[first] = quickShare;
    return this;
  }

  /** At any load beyond what the slots can do. */
  fill(): this {
    const capacities = this.#slots.map((count, pool) => count / this.#rule.pools[pool]!.inForce);
    const capacity = capacities.reduce((sum, one) => sum + one, 0);
    for (let pool = 0; pool < capacities.length; pool++) this.started[pool] = capacities[pool]! / capacity;
    if (!this.#rule.isLined) this.smaller = 1;
    this.busy = 1;
    return this;
  }

  /** At `rate` arrivals in a service of the first pool. */
  run(rate: number): this {
    const { isLined, pools, serviceCv } = this.#rule;
    const units = unitServiceTable(serviceCv);
    const slots = this.#slots.reduce((sum, one) => sum + one, 0);
    const random = Random.seeded(slots, 'rungs');
    const requests = Math.max(leastRequests, requestsPerSlot * slots);
    let now = 0;
    let busy = 0;
    let smaller = 0;
    for (let request = 0; request < requests; request++) {
      now -= Math.log(1 - random.uniform()) / rate;
      const pool = this.#poolAt(now);
      const heap = this.#heaps[pool]!;
      const start = Math.max(now, heap.first);
      if (start > now) {
        busy++;
        if (!isLined || start > now + longestWait) continue;
      }
      const one = pools[pool]!;
      let times = units[random.bits() & (units.length - 1)]! * one.inForce;
      const reserve = idleReserve(this.#slots[pool]!);
      const free = start > now ? 0 : heap.countUpTo(now, reserve + 1);
      if (free > reserve && one.larger > 1 && (one.quickShare === 1 || random.uniform() < one.quickShare)) {
        this.larger[pool]!++;
        times *= one.larger;
      } else if (free === 1 && !isLined && this.#isLast(pool, now)) {
        smaller++;
        times *= one.smaller;
      }
      this.started[pool]!++;
      heap.replaceFirst(start + times);
    }
    this.busy = busy / requests;
    this.#divide(isLined ? requests : requests - busy, smaller);
    return this;
  }

  #divide(starts: number, smaller: number): void {
    const started = this.started.reduce((sum, one) => sum + one, 0);
    for (let pool = 0; pool < this.started.length; pool++) {
      this.started[pool]! /= started;
      this.larger[pool]! /= starts;
    }
    this.smaller = smaller / starts;
  }

  /** The first pool with a free slot, or that whose slot is free first. */
  #poolAt(now: number): number {
    let first = 0;
    for (let pool = 0; pool < this.#heaps.length; pool++) {
      const freeAt = this.#heaps[pool]!.first;
      if (freeAt <= now) return pool;
      if (freeAt < this.#heaps[first]!.first) first = pool;
    }
    return first;
  }

  /** Whether no other pool has a free slot either. */
  #isLast(taken: number, now: number): boolean {
    return this.#heaps.every((heap, pool) => pool === taken || heap.first > now);
  }
}
