/** Waiting requests, first in, first out: when each arrived, and its service over the mean, in a ring that grows. */
export class WaitingLine {
  /** [place][arrival, unit service] */
  #ring = new Float64Array(2048);
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Arrival time of the oldest; the line must not be empty. */
  get first(): number {
    return this.#ring[this.#head]!;
  }

  /** Service of the oldest; the line must not be empty. */
  get firstUnit(): number {
    return this.#ring[this.#head + 1]!;
  }

  push(arrivalSeconds: number, unit = 1): void {
    this.expect(1);
    this.put(arrivalSeconds, unit);
  }

  /** Makes room for so many more. */
  expect(requests: number): void {
    while (2 * (this.#length + requests) > this.#ring.length) this.#grow();
  }

  /** Pushes where there is room for sure. */
  put(arrivalSeconds: number, unit: number): void {
    const place = (this.#head + 2 * this.#length++) & (this.#ring.length - 1);
    this.#ring[place] = arrivalSeconds;
    this.#ring[place + 1] = unit;
  }

  /** Removes the oldest and returns its arrival time; the line must not be empty. */
  shift(): number {
    const arrival = this.#ring[this.#head]!;
    this.#head = (this.#head + 2) & (this.#ring.length - 1);
    this.#length--;
    return arrival;
  }

  #grow(): void {
    const larger = new Float64Array(this.#ring.length * 2);
    larger.set(this.#ring.subarray(this.#head));
    larger.set(this.#ring.subarray(0, this.#head), this.#ring.length - this.#head);
    this.#ring = larger;
    this.#head = 0;
  }
}
