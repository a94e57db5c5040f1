/**
 * How much of each VM of a fleet a demand would use, if the VMs were filled from the first one on: level k (from 0) serves the part of
 * the demand between k and k + 1 VMs. Several samples of a step's demand (its bins, its scenarios) give the mean use.
 */
export class LevelUse {
  readonly steps: number;
  readonly levels: number;
  readonly #lowest: number;
  /** [level from the lowest][step] Share of the level that is used, 0 to 1. */
  readonly #use: Float64Array;
  /** [whole VMs above the lowest] Weight of the samples that keep so many VMs busy, and some part of one more; and the sum of those parts. */
  readonly #whole: Float64Array;
  readonly #part: Float64Array;

  /**
   * @param levels what a demand uses of those from here on is not told
   * @param lowest nor what it uses of those below this one
   */
  constructor(steps: number, levels: number, lowest = 0) {
    const told = Math.max(0, levels - lowest);
    this.steps = steps;
    this.levels = levels;
    this.#lowest = lowest;
    this.#use = new Float64Array(steps * told);
    this.#whole = new Float64Array(told + 1);
    this.#part = new Float64Array(told + 1);
  }

  /** States one step's demand: equally likely samples, in VMs kept busy. Without a sample there is none. */
  tell(step: number, samples: ArrayLike<number>): void {
    const { steps } = this;
    const whole = this.#whole;
    const part = this.#part;
    const told = whole.length - 1;
    whole.fill(0);
    part.fill(0);
    for (let index = 0; index < samples.length; index++) {
      const busy = Math.min(told, Math.max(0, samples[index]! - this.#lowest));
      const filled = Math.floor(busy);
      whole[filled]! += 1 / samples.length;
      part[filled]! += (busy - filled) / samples.length;
    }
    let filled = 0;
    for (let level = told - 1; level >= 0; level--) {
      filled += whole[level + 1]!;
      this.#use[level * steps + step] = filled + part[level]!;
    }
  }

  /** [step] Of one level; a view. */
  of(level: number): Float64Array {
    const from = (level - this.#lowest) * this.steps;
    return this.#use.subarray(from, from + this.steps);
  }
}
