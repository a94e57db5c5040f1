/**
 * How much of each VM of a fleet a demand would use, if the VMs were filled from the first one on: level k (from 0) serves the part of
 * the demand between k and k + 1 VMs. Several samples of a step's demand (its bins, its scenarios) give the mean use.
 */
export class LevelUse {
  readonly steps: number;
  readonly levels: number;
  /** [level][step] Share of the level that is used, 0 to 1. */
  readonly #use: Float64Array;
  /** [whole VMs] Weight of the samples that keep so many VMs busy, and some part of one more; and the sum of those parts. */
  readonly #whole: Float64Array;
  readonly #part: Float64Array;

  /** @param levels what a demand uses of those above is not told */
  constructor(steps: number, levels: number) {
    this.steps = steps;
    this.levels = levels;
    this.#use = new Float64Array(steps * levels);
    this.#whole = new Float64Array(levels + 1);
    this.#part = new Float64Array(levels + 1);
  }

  /** States one step's demand: equally likely samples, in VMs kept busy. Without a sample there is none. */
  tell(step: number, samples: ArrayLike<number>): void {
    const { steps, levels } = this;
    this.#whole.fill(0);
    this.#part.fill(0);
    for (let index = 0; index < samples.length; index++) {
      const busy = Math.min(levels, Math.max(0, samples[index]!));
      const whole = Math.floor(busy);
      this.#whole[whole]! += 1 / samples.length;
      this.#part[whole]! += (busy - whole) / samples.length;
    }
    let filled = 0;
    for (let level = levels - 1; level >= 0; level--) {
      filled += this.#whole[level + 1]!;
      this.#use[level * steps + step] = filled + this.#part[level]!;
    }
  }

  /** [step] Of one level; a view. */
  of(level: number): Float64Array {
    return this.#use.subarray(level * this.steps, (level + 1) * this.steps);
  }
}
