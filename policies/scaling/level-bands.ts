export interface BandTerms {
  /** VMs at most. */
  readonly levels: number;
  /** Lambda's price of the work that keeps one VM busy for a second, in the price of that VM-second. */
  readonly ratio: number;
  /** What a launch costs, in VM-seconds. */
  readonly launchSeconds: number;
}

/**
 * Lazy capacity provisioning, level by level. Of everything seen so far, and of the steps foreseen, two optima are taken for each level (level k, from 0,
 * serves the part of the demand between k and k + 1 VMs): one pays for a launch, the other for a stop. A level that both have on must be on, one that
 * both have off must be off, and any other stays as it is.
 *
 * Kept of the past is one number per level, the excess: how much dearer it is to be on now than to be off, after the best past for either.
 * A switch costs a launch at most, so an excess below 0 means on, one above a launch means off.
 * Source: Lin, Wierman, Andrew and Thereska (IEEE/ACM Trans. Networking 2013), algorithm LCP(w); Albers and Quedenfeld (SPAA 2018) for
 * whole VMs, where it costs at most three times the optimum.
 */
export class LevelBands {
  readonly #terms: BandTerms;
  /** In force: what is seen and foreseen from now on counts at it. */
  ratio: number;
  /** [level] 1: on. */
  readonly #isOn: Uint8Array;
  /** [level] VM-seconds. */
  readonly #excess: Float64Array;
  /** Levels from here on are off with an excess of a launch or more: it counts as one, and nothing that is foreseen could switch them on. */
  #top = 0;

  constructor(terms: BandTerms) {
    this.#terms = terms;
    this.ratio = terms.ratio;
    this.#isOn = new Uint8Array(terms.levels);
    this.#excess = new Float64Array(terms.levels).fill(terms.launchSeconds);
  }

  /** Begins with this many levels on, which nothing is known about. */
  open(on: number): void {
    this.#isOn.fill(0).fill(1, 0, on);
    this.#excess.fill(this.#terms.launchSeconds).fill(0, 0, on);
    this.#top = Math.min(on, this.#terms.levels);
  }

  get on(): number {
    let sum = 0;
    for (let level = 0; level < this.#top; level++) sum += this.#isOn[level]!;
    return sum;
  }

  /** Lets time pass with a demand that keeps this many VMs busy. Which levels are on is settled by `decide`. */
  book(busyVms: number, seconds: number): void {
    const { levels, launchSeconds } = this.#terms;
    this.#top = Math.min(levels, Math.max(this.#top, Math.ceil(busyVms)));
    for (let level = 0; level < this.#top; level++) {
      const before = Math.min(launchSeconds, Math.max(0, this.#excess[level]!));
      this.#excess[level] = before + this.#extraOn(level, busyVms, seconds);
    }
    while (this.#top > 0 && this.#isOn[this.#top - 1] === 0 && this.#excess[this.#top - 1]! >= launchSeconds)
      this.#top--;
  }

  /** Settles every level. `foreseen` are the VMs that the next steps keep busy, [step]; without them the past alone decides. */
  decide(foreseen: ArrayLike<number> = [], stepSeconds = 0): void {
    const { launchSeconds } = this.#terms;
    for (let level = 0; level < this.#top; level++) {
      const excess = this.#excess[level]!;
      const mustBeOn = excess + this.#ahead(level, foreseen, stepSeconds, 0) < 0;
      const mayBeOn = excess + this.#ahead(level, foreseen, stepSeconds, -launchSeconds) <= 0;
      if (mustBeOn) this.#isOn[level] = 1;
      else if (!mayBeOn) this.#isOn[level] = 0;
    }
  }

  /** How much dearer the foreseen steps are for a level that enters them on; `end` is what being on is worth behind them. */
  #ahead(level: number, foreseen: ArrayLike<number>, stepSeconds: number, end: number): number {
    const { launchSeconds } = this.#terms;
    let excess = end;
    for (let step = foreseen.length - 1; step >= 0; step--) {
      excess += this.#extraOn(level, foreseen[step]!, stepSeconds);
      excess = Math.min(0, Math.max(-launchSeconds, excess));
    }
    return excess;
  }

  #extraOn(level: number, busyVms: number, seconds: number): number {
    const use = Math.min(1, Math.max(0, busyVms - level));
    return (1 - this.ratio * use) * seconds;
  }
}
