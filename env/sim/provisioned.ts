import { SlotHeap } from './slot-heap.ts';

/**
 * The environments of one function that are kept initialised (provisioned concurrency): never cold, never reclaimed. One that is
 * asked for can be used once its start-up has passed. When fewer are asked for, those that are free last go first, so the ones still
 * starting before the idle ones; one at work finishes its request.
 */
export class ProvisionedEnvironments {
  /** When one is free; infinity where there is none. */
  nextFreeAt = Number.POSITIVE_INFINITY;
  readonly #freeAt = new SlotHeap();

  get count(): number {
    return this.#freeAt.size;
  }

  /** Those that start or are at work. */
  busyAt(now: number): number {
    return this.count - this.#freeAt.countUpTo(now, this.count);
  }

  keep(count: number, now: number, startSeconds: number): void {
    this.#freeAt.keepEarliest(count);
    while (this.#freeAt.size < count) this.#freeAt.push(now + startSeconds);
    this.nextFreeAt = this.#freeAt.first;
  }

  /** The next free one works until `end`. */
  work(end: number): void {
    this.#freeAt.replaceFirst(end);
    this.nextFreeAt = this.#freeAt.first;
  }
}
