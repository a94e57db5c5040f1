import type { Ladder } from '../physics/budgets.ts';
import { SlotHeap } from './slot-heap.ts';

/**
 * The slots of one pool's ready VMs, each by the time from which it is free. A slot is idle while that time lies behind;
 * nothing has to happen when a service ends, unless somebody waits for it.
 */
export class Slots {
  /** When a slot can take a request; infinity where none will. A field, because it is asked for with every request. */
  nextFreeAt = Number.POSITIVE_INFINITY;
  /** Mean service time of the variant in force; infinity where it does not run here. */
  serviceSeconds = Number.POSITIVE_INFINITY;
  /** Service time begun since it was last set to 0. */
  workedSeconds = 0;
  /** Share by which the service time grows for each request that waits per VM. */
  readonly contention: number;
  readonly #freeAt = new SlotHeap();
  #ladder: Ladder | null = null;

  constructor(contention = 0) {
    this.contention = contention;
  }

  get count(): number {
    return this.#freeAt.size;
  }

  get capacityPerSecond(): number {
    return this.#freeAt.size / this.serviceSeconds;
  }

  /** Null: the variant does not run here. */
  get ladder(): Ladder | null {
    return this.#ladder;
  }

  /** Requests per second if all were answered by the smaller variant, where there is one. */
  get smallestCapacityPerSecond(): number {
    const { smaller } = this.#ladder ?? { smaller: null };
    return smaller ? this.#freeAt.size / smaller.serviceSeconds : this.capacityPerSecond;
  }

  /** Null: the variant now in force does not run here. */
  serve(ladder: Ladder | null): void {
    this.#ladder = ladder;
    this.serviceSeconds = ladder?.inForce.serviceSeconds ?? Number.POSITIVE_INFINITY;
    this.#findNext();
  }

  open(slots: number, time: number): void {
    for (let slot = 0; slot < slots; slot++) this.#freeAt.push(time);
    this.#findNext();
  }

  /** Slots leave with their VMs, the earliest free first: one at work finishes its request and takes no other. */
  retire(slots: number): void {
    for (let slot = 0; slot < slots; slot++) this.#freeAt.pop();
    this.#findNext();
  }

  /** The next free slot works from `start` to `end`. */
  work(start: number, end: number): void {
    this.workedSeconds += end - start;
    this.workUntil(end);
  }

  /** The next free slot works until `end`; the caller accounts for its work. */
  workUntil(end: number): void {
    this.#freeAt.replaceFirst(end);
    this.nextFreeAt = this.#freeAt.first;
  }

  /** Whether so many slots are free at a time. */
  areFree(slots: number, time: number): boolean {
    return this.#freeAt.countUpTo(time, slots) >= slots;
  }

  #findNext(): void {
    this.nextFreeAt = this.serviceSeconds < Number.POSITIVE_INFINITY ? this.#freeAt.first : Number.POSITIVE_INFINITY;
  }
}
