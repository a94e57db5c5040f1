/** A wish to grow or to shrink that must have lasted for a time before it is heard (Ray Serve's upscale_delay_s and downscale_delay_s). */
export class LastingWish {
  readonly #upSeconds: number;
  readonly #downSeconds: number;
  #direction = 0;
  #sinceSeconds = 0;

  constructor(upSeconds: number, downSeconds: number) {
    this.#upSeconds = upSeconds;
    this.#downSeconds = downSeconds;
  }

  /** Takes the wish of this moment and returns what to have. */
  settle(timeSeconds: number, present: number, wanted: number): number {
    const direction = Math.sign(wanted - present);
    if (direction !== this.#direction) this.#sinceSeconds = timeSeconds;
    this.#direction = direction;
    const delaySeconds = direction > 0 ? this.#upSeconds : this.#downSeconds;
    if (direction === 0 || timeSeconds - this.#sinceSeconds < delaySeconds) return present;
    // The next change has to last anew.
    this.#direction = 0;
    return wanted;
  }
}
