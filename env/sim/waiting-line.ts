/** Arrival times of waiting requests, first in, first out, in a ring that grows. */
export class WaitingLine {
  #ring = new Float64Array(1024);
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Arrival time of the oldest; the line must not be empty. */
  get first(): number {
    return this.#ring[this.#head]!;
  }

  push(arrivalSeconds: number): void {
    if (this.#length === this.#ring.length) this.#grow();
    this.#ring[(this.#head + this.#length++) & (this.#ring.length - 1)] = arrivalSeconds;
  }

  /** Removes the oldest and returns its arrival time; the line must not be empty. */
  shift(): number {
    const arrival = this.#ring[this.#head]!;
    this.#head = (this.#head + 1) & (this.#ring.length - 1);
    this.#length--;
    return arrival;
  }

  #grow(): void {
    const larger = new Float64Array(this.#ring.length * 2);
    for (let index = 0; index < this.#length; index++) {
      larger[index] = this.#ring[(this.#head + index) & (this.#ring.length - 1)]!;
    }
    this.#ring = larger;
    this.#head = 0;
  }
}
