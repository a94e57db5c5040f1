/** Whether VMs that were asked for are still on their way to full work: AWS's instance warm-up. */
export class WarmUp {
  readonly #seconds: number;
  #present: number | null = null;
  #grownAtSeconds = Number.NEGATIVE_INFINITY;

  constructor(seconds: number) {
    this.#seconds = seconds;
  }

  /** @param present the fleet in force, whose growth begins a warm-up */
  isWarming(timeSeconds: number, present: number, booting: number): boolean {
    // What was asked for at the last decision has been coming since then.
    if (this.#present !== null && present > this.#present) this.#grownAtSeconds = timeSeconds;
    this.#present = present;
    return booting > 0 || timeSeconds - this.#grownAtSeconds < this.#seconds;
  }
}
