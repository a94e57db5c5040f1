/** Environments that are kept initialised, as a fluid: those asked for last become usable together. */
export class FluidProvisioned {
  /** Kept, and paid for; of these, started. */
  count = 0;
  usable = 0;
  /** Time that they were kept since this was last set to 0. */
  keptSeconds = 0;
  #usableAt = 0;

  keep(count: number, now: number, startSeconds: number, seconds: number): void {
    this.keptSeconds += count * seconds;
    if (count === this.count) return;
    if (this.#usableAt <= now) this.usable = this.count;
    if (count > this.count) this.#usableAt = now + startSeconds;
    this.count = count;
    if (this.usable > count) this.usable = count; // those still starting go first
  }

  /** The second `now` begins. */
  goOn(now: number): void {
    if (this.#usableAt <= now) this.usable = this.count;
  }
}
