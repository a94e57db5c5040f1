interface Wish {
  readonly timeSeconds: number;
  readonly vms: number;
}

/** Capacity goes only once nothing has asked for it for a while: the maximum of the recent wishes (Knative's scale-down delay). */
export class ScaleInDelay {
  readonly #delaySeconds: number;
  #wishes: Wish[] = [];

  constructor(delaySeconds: number) {
    this.#delaySeconds = delaySeconds;
  }

  /** Takes the wish of this moment and returns what to hold. */
  settle(timeSeconds: number, vms: number): number {
    this.#wishes = this.#wishes.filter((one) => one.timeSeconds > timeSeconds - this.#delaySeconds);
    this.#wishes.push({ timeSeconds, vms });
    return this.#wishes.reduce((most, one) => Math.max(most, one.vms), 0);
  }
}
