/** Remembers when the VMs that boot were asked for, so that it can be said how long they still need. */
export class BootWatch {
  readonly #bootSeconds: number;
  /** Oldest first. */
  #askedAt: number[] = [];

  constructor(bootSeconds: number) {
    this.#bootSeconds = bootSeconds;
  }

  /** So many VMs were asked for at this time; of those that boot, the newest go first. */
  note(timeSeconds: number, more: number): void {
    if (more < 0) this.#askedAt.splice(Math.max(0, this.#askedAt.length + more));
    for (let one = 0; one < more; one++) this.#askedAt.push(timeSeconds);
  }

  /**
   * [VM that boots] Seconds until it serves, rising. Boots that were found, not asked for, are taken to be half over; one that takes
   * longer than the median needs a tenth of it more.
   */
  remainingSeconds(timeSeconds: number, booting: number): number[] {
    this.#askedAt.splice(0, this.#askedAt.length - booting);
    const found = booting - this.#askedAt.length;
    for (let one = 0; one < found; one++) this.#askedAt.unshift(timeSeconds - this.#bootSeconds / 2);
    return this.#askedAt.map((askedAt) => Math.max(this.#bootSeconds / 10, askedAt + this.#bootSeconds - timeSeconds));
  }
}
