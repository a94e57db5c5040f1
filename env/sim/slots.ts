import type { Ladder } from '../physics/budgets.ts';
import { SlotHeap } from './slot-heap.ts';

/**
 * The slots of one pool's ready VMs, each by the time from which it is free. A slot is idle while that time lies behind;
 * nothing has to happen when a service ends, unless somebody waits for it.
 */
export class Slots {
  /** Mean service time of the variant in force; infinity where it does not run here. */
  serviceSeconds = Number.POSITIVE_INFINITY;
  /** Service time begun since it was last set to 0. */
  workedSeconds = 0;
  /** Share by which the service time grows for each request that waits per VM. */
  readonly contention: number;
  /** [slot] From when each is free. */
  readonly freeAt = new SlotHeap();
  #ladder: Ladder | null = null;

  constructor(contention = 0) {
    this.contention = contention;
  }

  /** When a slot can take a request; infinity where none will. */
  get nextFreeAt(): number {
    return this.#ladder === null ? Number.POSITIVE_INFINITY : this.freeAt.first;
  }

  get count(): number {
    return this.freeAt.size;
  }

  get capacityPerSecond(): number {
    return this.freeAt.size / this.serviceSeconds;
  }

  /** Null: the variant does not run here. */
  get ladder(): Ladder | null {
    return this.#ladder;
  }

  /** Requests per second if all were answered by the smaller variant, where there is one. */
  get smallestCapacityPerSecond(): number {
    const { smaller } = this.#ladder ?? { smaller: null };
    return smaller ? this.freeAt.size / smaller.serviceSeconds : this.capacityPerSecond;
  }

  /** Null: the variant now in force does not run here. Where it did not before, whoever waits starts now, not when a slot became free. */
  serve(ladder: Ladder | null, now: number): void {
    if (this.#ladder === null) this.freeAt.raise(now);
    this.#ladder = ladder;
    this.serviceSeconds = ladder?.inForce.serviceSeconds ?? Number.POSITIVE_INFINITY;
  }

  open(slots: number, time: number): void {
    for (let slot = 0; slot < slots; slot++) this.freeAt.push(time);
  }

  /** Slots leave with their VMs, the earliest free first: one at work finishes its request and takes no other. */
  retire(slots: number): void {
    for (let slot = 0; slot < slots; slot++) this.freeAt.pop();
  }

  /** The next free slot works from `start` to `end`. */
  work(start: number, end: number): void {
    this.workedSeconds += end - start;
    this.freeAt.replaceFirst(end);
  }

  /** Whether so many slots are free at a time. */
  areFree(slots: number, time: number): boolean {
    return this.freeAt.countUpTo(time, slots) >= slots;
  }
}
