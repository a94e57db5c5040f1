/** A binary heap of times, smallest first, in one typed array: the slots (or function environments) at work. */
export class SlotHeap {
  #times = new Float64Array(64);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The earliest time; infinity where the heap is empty. */
  get first(): number {
    return this.#size > 0 ? this.#times[0]! : Number.POSITIVE_INFINITY;
  }

  push(time: number): void {
    if (this.#size === this.#times.length) this.#grow();
    const times = this.#times;
    let child = this.#size++;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (times[parent]! <= time) break;
      times[child] = times[parent]!;
      child = parent;
    }
    times[child] = time;
  }

  /** Removes the earliest time. */
  pop(): void {
    const last = this.#times[--this.#size]!;
    if (this.#size > 0) this.#siftDown(last);
  }

  /** Puts another time in the place of the earliest: one pass instead of a pop and a push. */
  replaceFirst(time: number): void {
    this.#siftDown(time);
  }

  /** Removes all but the earliest times. */
  keepEarliest(count: number): void {
    if (count >= this.#size) return;
    this.#times.subarray(0, this.#size).sort(); // rising times are a heap
    this.#size = count;
  }

  /** Times up to the given one, counted up to `atMost`: only those and their successors are looked at. */
  countUpTo(time: number, atMost: number, root = 0): number {
    if (atMost <= 0 || root >= this.#size || this.#times[root]! > time) return 0;
    const left = 1 + this.countUpTo(time, atMost - 1, 2 * root + 1);
    return left + this.countUpTo(time, atMost - left, 2 * root + 2);
  }

  #siftDown(time: number): void {
    const times = this.#times;
    const size = this.#size;
    let parent = 0;
    for (;;) {
      let child = 2 * parent + 1;
      if (child >= size) break;
      if (child + 1 < size && times[child + 1]! < times[child]!) child++;
      if (times[child]! >= time) break;
      times[parent] = times[child]!;
      parent = child;
    }
    times[parent] = time;
  }

  #grow(): void {
    const larger = new Float64Array(this.#times.length * 2);
    larger.set(this.#times);
    this.#times = larger;
  }
}
