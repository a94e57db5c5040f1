export interface AccountTerms {
  /** VMs at most. */
  readonly levels: number;
  /** Lambda's price of the work that keeps one VM busy for a second, in the price of that VM-second. */
  readonly ratio: number;
  /** Excess cost on Lambda at which a level starts, in VM-seconds. */
  readonly startSeconds: number;
  /** Excess cost as a VM at which a level stops, in VM-seconds. */
  readonly stopSeconds: number;
  /** Old entries fade with this half-life. */
  readonly halfLifeSeconds: number;
}

/**
 * One account per level of the fleet; level k (from 0) is the k-th VM, and its use is the part of the demand between k and k + 1 VMs.
 * A level that is not rented books what renting would have saved, one that is rented what it has cost too much; neither falls below 0.
 */
export class LevelAccounts {
  readonly #terms: AccountTerms;
  /** In force. */
  ratio: number;
  /** [level] 1: rented. */
  readonly #isRented: Uint8Array;
  /** [level] VM-seconds. */
  readonly #excess: Float64Array;
  /** Levels from here on are not rented, and have nothing in their accounts. */
  #top = 0;

  constructor(terms: AccountTerms) {
    this.#terms = terms;
    this.ratio = terms.ratio;
    this.#isRented = new Uint8Array(terms.levels);
    this.#excess = new Float64Array(terms.levels);
  }

  /** Begins with this many levels rented, all accounts empty. */
  open(rented: number): void {
    this.#isRented.fill(0).fill(1, 0, rented);
    this.#excess.fill(0);
    this.#top = Math.min(rented, this.#terms.levels);
  }

  get rented(): number {
    let sum = 0;
    for (let level = 0; level < this.#top; level++) sum += this.#isRented[level]!;
    return sum;
  }

  /** Lets time pass with a demand that keeps this many VMs busy. */
  book(busyVms: number, seconds: number): void {
    const { halfLifeSeconds, levels } = this.#terms;
    const fading = 2 ** (-seconds / halfLifeSeconds);
    const reached = Math.min(levels, Math.max(this.#top, Math.ceil(busyVms)));
    for (let level = 0; level < reached; level++) {
      const use = Math.min(1, Math.max(0, busyVms - level));
      const saved = (this.ratio * use - 1) * seconds;
      this.#bookLevel(level, this.#isRented[level] === 1 ? -saved : saved, fading);
    }
    this.#top = reached;
    while (this.#top > 0 && this.#isRented[this.#top - 1] === 0 && this.#excess[this.#top - 1] === 0) this.#top--;
  }

  #bookLevel(level: number, amount: number, fading: number): void {
    const { startSeconds, stopSeconds } = this.#terms;
    const isRented = this.#isRented[level] === 1;
    const excess = Math.max(0, this.#excess[level]! * fading + amount);
    // A threshold of 0 still needs a reason to switch.
    const switches = excess > 0 && excess >= (isRented ? stopSeconds : startSeconds);
    this.#isRented[level] = Number(isRented !== switches);
    this.#excess[level] = switches ? 0 : excess;
  }
}
