export interface NormalizerState {
  readonly enabled: boolean;
  readonly frozen: boolean;
  readonly clip: number;
  readonly count: number;
  /** [feature] */
  readonly mean: readonly number[];
  /** [feature] Sum of squared deviations from the mean. */
  readonly squares: readonly number[];
}

/** Running mean and deviation of every feature, merged batch by batch (Chan, Golub and LeVeque 1979). */
export class Normalizer {
  readonly size: number;
  readonly enabled: boolean;
  readonly clip: number;
  /** While true, `update` does nothing. */
  frozen = false;
  #count = 0;
  readonly #mean: Float64Array; // [feature]
  readonly #squares: Float64Array; // [feature]
  readonly #inverse: Float64Array; // [feature] one over the deviation

  constructor(size: number, { enabled, clip }: { readonly enabled: boolean; readonly clip: number }) {
    this.size = size;
    this.enabled = enabled;
    this.clip = clip;
    this.#mean = new Float64Array(size);
    this.#squares = new Float64Array(size);
    this.#inverse = new Float64Array(size).fill(1);
  }

  static restored(state: NormalizerState): Normalizer {
    const normalizer = new Normalizer(state.mean.length, state);
    normalizer.frozen = state.frozen;
    normalizer.#count = state.count;
    normalizer.#mean.set(state.mean);
    normalizer.#squares.set(state.squares);
    normalizer.#refresh();
    return normalizer;
  }

  save(): NormalizerState {
    const { enabled, frozen, clip } = this;
    return { enabled, frozen, clip, count: this.#count, mean: [...this.#mean], squares: [...this.#squares] };
  }

  /** Takes in `count` rows of [row, feature]. */
  update(observations: Float32Array, count: number): void {
    if (this.frozen || !this.enabled || count === 0) return;
    const { size } = this;
    const mean = new Float64Array(size);
    const squares = new Float64Array(size);
    for (let row = 0, at = 0; row < count; row++) {
      for (let feature = 0; feature < size; feature++, at++) mean[feature] = mean[feature]! + observations[at]!;
    }
    for (let feature = 0; feature < size; feature++) mean[feature] = mean[feature]! / count;
    for (let row = 0, at = 0; row < count; row++) {
      for (let feature = 0; feature < size; feature++, at++) {
        const deviation = observations[at]! - mean[feature]!;
        squares[feature] = squares[feature]! + deviation * deviation;
      }
    }
    this.#merge(count, mean, squares);
  }

  /** Writes `count` normalised rows; `into` may be `observations` itself. */
  normalize(observations: Float32Array, count: number, into: Float32Array | Float64Array): void {
    const { size, clip } = this;
    const mean = this.#mean;
    const inverse = this.#inverse;
    for (let row = 0, at = 0; row < count; row++) {
      for (let feature = 0; feature < size; feature++, at++) {
        const value = (observations[at]! - mean[feature]!) * inverse[feature]!;
        // Math.fround: the same number reaches the network whether it goes on in single or double precision.
        into[at] = Math.fround(value);
        // Hardly ever, and in one expression with the rest it takes twice the time.
        if (value > clip) into[at] = clip;
        else if (value < -clip) into[at] = -clip;
      }
    }
  }

  #merge(count: number, mean: Float64Array, squares: Float64Array): void {
    const total = this.#count + count;
    for (let feature = 0; feature < this.size; feature++) {
      const shift = mean[feature]! - this.#mean[feature]!;
      this.#mean[feature] = this.#mean[feature]! + (shift * count) / total;
      this.#squares[feature] =
        this.#squares[feature]! + squares[feature]! + (shift * shift * this.#count * count) / total;
    }
    this.#count = total;
    this.#refresh();
  }

  #refresh(): void {
    if (this.#count === 0) return;
    for (let feature = 0; feature < this.size; feature++) {
      this.#inverse[feature] = 1 / Math.sqrt(this.#squares[feature]! / this.#count + 1e-8);
    }
  }
}
