const branches = 4;
const empty = Number.POSITIVE_INFINITY;

/**
 * A heap of times, smallest first, in one typed array: the slots (or function environments) at work. Every node has four children, and
 * whichever is the least is found without a branch: half as many levels as with two, and none of them mispredicted.
 * Behind the times there is always room for a node's children, at infinity.
 */
export class SlotHeap {
  /** [place] The times, behind them infinity. */
  times = new Float64Array(64).fill(empty);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The earliest time; infinity where the heap is empty. */
  get first(): number {
    return this.times[0]!;
  }

  push(time: number): void {
    if (this.#size + branches >= this.times.length) this.#grow();
    const times = this.times;
    let child = this.#size++;
    while (child > 0) {
      const parent = (child - 1) >> 2;
      if (times[parent]! <= time) break;
      times[child] = times[parent]!;
      child = parent;
    }
    times[child] = time;
  }

  /** Removes the earliest time; there must be one. */
  pop(): void {
    const last = this.times[--this.#size]!;
    this.times[this.#size] = empty;
    if (this.#size > 0) this.replaceFirst(last);
  }

  /** Puts another time in the place of the earliest: one pass instead of a pop and a push. */
  replaceFirst(time: number): void {
    replaceFirst(this.times, this.#size, time);
  }

  /** Nothing is earlier than `time` any more. */
  raise(time: number): void {
    for (let index = 0; index < this.#size; index++) {
      if (this.times[index]! < time) this.times[index] = time; // parents stay no later than their children
    }
  }

  /** Removes all but the earliest times. */
  keepEarliest(count: number): void {
    if (count >= this.#size) return;
    this.times.subarray(0, this.#size).sort(); // rising times are a heap
    this.times.fill(empty, count, this.#size);
    this.#size = count;
  }

  /** Times up to the given one, counted up to `atMost`: only those and their successors are looked at. */
  countUpTo(time: number, atMost: number, root = 0): number {
    if (atMost <= 0 || root >= this.#size || this.times[root]! > time) return 0;
    let count = 1;
    for (let child = branches * root + 1; child <= branches * (root + 1); child++) {
      count += this.countUpTo(time, atMost - count, child);
    }
    return count;
  }

  #grow(): void {
    const larger = new Float64Array(this.times.length * 2).fill(empty);
    larger.set(this.times);
    this.times = larger;
  }
}

/** Puts another time in the place of the earliest of a heap of so many. */
export function replaceFirst(times: Float64Array, size: number, time: number): void {
  let parent = 0;
  for (let child = 1; child < size; child = (branches * parent + 1) | 0) {
    const left = (child + Number(times[child + 1]! < times[child]!)) | 0;
    const right = (child + 2 + Number(times[child + 3]! < times[child + 2]!)) | 0;
    const least = (left + ((right - left) & -Number(times[right]! < times[left]!))) | 0;
    const value = times[least]!;
    if (value >= time) break;
    times[parent] = value;
    parent = least;
  }
  times[parent] = time;
}
