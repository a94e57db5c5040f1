/** In VM-steps: what a VM costs in a step is 1. */
export interface HorizonTerms {
  /** Lambda's price of the work that keeps one VM busy for a step. */
  readonly ratio: number;
  /** A launch is paid for this long before it serves; a fraction if need be. */
  readonly bootSteps: number;
  /** A VM that goes is paid for this much longer. */
  readonly drainSteps: number;
}

/** What a level costs until the end of the horizon, by what is done with it now. In VM-steps. */
export interface LevelPrice {
  /** It goes, or stays away, and may be launched in a later step. */
  readonly without: number;
  /** It stays, or is launched now. */
  readonly with: number;
}

/**
 * The cheapest way through a horizon for one level of the fleet, by dynamic programming from its end. A launch serves only after a boot, now
 * and in every later step: were a later launch to serve at once, waiting would always look better than launching.
 * Beyond the horizon nothing costs anything, so it has to be a few boots long.
 */
export class LevelHorizon {
  readonly #terms: HorizonTerms;
  /** [step] Least cost from here on for a level that is on; and for one that is off. */
  readonly #on: Float64Array;
  readonly #off: Float64Array;
  /** [step] What Lambda costs up to the step for a level that is never on. */
  readonly #spilled: Float64Array;

  constructor(terms: HorizonTerms, steps: number) {
    this.#terms = terms;
    this.#on = new Float64Array(steps + 1);
    this.#off = new Float64Array(steps + 1);
    this.#spilled = new Float64Array(steps + 1);
  }

  /**
   * @param use [step] share of the level that the demand uses; at most as many steps as the horizon has
   * @param bootSteps until the level serves: 0 where it does already, a whole boot where it is off, what is left where it boots
   */
  price(use: ArrayLike<number>, bootSteps: number): LevelPrice {
    this.#plan(use);
    return { without: this.#without(use, bootSteps), with: this.#booting(use, 0, bootSteps) };
  }

  /**
   * What the level saves by being on, for each of several boots at once; added to what is there.
   *
   * @param use as for `price`; @param bootSteps [state] until the level serves
   * @param savings [state]
   */
  addSavings(use: ArrayLike<number>, bootSteps: readonly number[], savings: Float64Array): void {
    this.#plan(use);
    for (let state = 0; state < bootSteps.length; state++) {
      const boot = bootSteps[state]!;
      savings[state]! += this.#without(use, boot) - this.#booting(use, 0, boot);
    }
  }

  /** The cheapest way from every later step on. */
  #plan(use: ArrayLike<number>): void {
    const steps = use.length;
    const { ratio, drainSteps, bootSteps: wholeBoot } = this.#terms;
    const on = this.#on;
    const off = this.#off;
    const spilled = this.#spilled;
    on[steps] = 0;
    off[steps] = 0;
    for (let step = 0; step < steps; step++) spilled[step + 1] = spilled[step]! + ratio * use[step]!;
    for (let step = steps - 1; step >= 1; step--) {
      const waiting = ratio * use[step]! + off[step + 1]!;
      off[step] = Math.min(waiting, this.#booting(use, step, wholeBoot));
      on[step] = Math.min(1 + on[step + 1]!, drainSteps + off[step]!);
    }
  }

  #without(use: ArrayLike<number>, bootSteps: number): number {
    const { ratio, drainSteps } = this.#terms;
    const leaving = bootSteps === 0 ? drainSteps : 0;
    return leaving + ratio * use[0]! + this.#off[1]!;
  }

  /** From a step in which a boot has so many steps left; the level then stays on to the end of the step in which it begins to serve. */
  #booting(use: ArrayLike<number>, from: number, bootSteps: number): number {
    const steps = use.length;
    const whole = Math.floor(bootSteps);
    const end = Math.min(steps, from + whole);
    const cost = end - from + this.#spilled[end]! - this.#spilled[from]!;
    if (from + whole >= steps) return cost;
    return cost + 1 + (bootSteps - whole) * this.#terms.ratio * use[end]! + this.#on[end + 1]!;
  }
}
