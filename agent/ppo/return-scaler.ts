export interface ReturnScalerState {
  readonly count: number;
  readonly mean: number;
  readonly squares: number;
  /** [world] Discounted return so far. */
  readonly returns: readonly number[];
}

/**
 * Divides rewards by the running deviation of the discounted return, so that values are of order one whatever the
 * reward's unit (Engstrom et al. 2020, "Implementation matters", reward scaling). Rewards are not centred.
 */
export class ReturnScaler {
  readonly #discount: number;
  readonly #clip: number;
  #count = 0;
  #mean = 0;
  #squares = 0;
  #returns = new Float64Array(0); // [world]

  constructor(discount: number, clip: number) {
    this.#discount = discount;
    this.#clip = clip;
  }

  static restored(discount: number, clip: number, state: ReturnScalerState): ReturnScaler {
    const scaler = new ReturnScaler(discount, clip);
    scaler.#count = state.count;
    scaler.#mean = state.mean;
    scaler.#squares = state.squares;
    scaler.#returns = Float64Array.from(state.returns);
    return scaler;
  }

  save(): ReturnScalerState {
    return { count: this.#count, mean: this.#mean, squares: this.#squares, returns: [...this.#returns] };
  }

  /** What a reward is multiplied by; 1 before anything was seen. */
  get scale(): number {
    return this.#count === 0 ? 1 : 1 / Math.sqrt(this.#squares / this.#count + 1e-8);
  }

  /** Takes in a rollout's rewards, [time, world], and scales them in place, all by the same factor. */
  apply(rewards: Float32Array, truncated: Uint8Array, worlds: number): void {
    if (this.#returns.length !== worlds) this.#returns = new Float64Array(worlds);
    for (let at = 0; at < rewards.length; at++) {
      const world = at % worlds;
      const discounted = this.#returns[world]! * this.#discount + rewards[at]!;
      this.#take(discounted);
      this.#returns[world] = truncated[at] === 1 ? 0 : discounted;
    }
    const { scale } = this;
    for (let at = 0; at < rewards.length; at++) {
      rewards[at] = Math.max(-this.#clip, Math.min(this.#clip, rewards[at]! * scale));
    }
  }

  /** Welford 1962. */
  #take(value: number): void {
    this.#count++;
    const shift = value - this.#mean;
    this.#mean += shift / this.#count;
    this.#squares += shift * (value - this.#mean);
  }
}
