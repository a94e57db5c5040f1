/** The newest values, at most so many, kept in order of size. */
export class SortedWindow {
  /** [place] In the order of arrival, a ring. */
  readonly #arrived: Float64Array;
  /** Rising; the first `count` are in use. */
  readonly #sorted: Float64Array;
  #seen = 0;

  constructor(capacity: number) {
    this.#arrived = new Float64Array(capacity);
    this.#sorted = new Float64Array(capacity);
  }

  get count(): number {
    return Math.min(this.#seen, this.#arrived.length);
  }

  add(value: number): void {
    const place = this.#seen % this.#arrived.length;
    let count = this.count;
    if (count === this.#arrived.length) this.#remove(this.#arrived[place]!, count--);
    const at = this.#firstNotBelow(value, count);
    this.#sorted.copyWithin(at + 1, at, count);
    this.#sorted[at] = value;
    this.#arrived[place] = value;
    this.#seen++;
  }

  /** The value that the given share lies below, linear between neighbours (Hyndman and Fan 1996, type 7). Needs at least one value. */
  quantile(share: number): number {
    const position = share * (this.count - 1);
    const below = Math.floor(position);
    const above = Math.min(this.count - 1, below + 1);
    return this.#sorted[below]! + (position - below) * (this.#sorted[above]! - this.#sorted[below]!);
  }

  #remove(value: number, count: number): void {
    const at = this.#firstNotBelow(value, count);
    this.#sorted.copyWithin(at, at + 1, count);
  }

  #firstNotBelow(value: number, count: number): number {
    let [low, high] = [0, count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#sorted[middle]! < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
