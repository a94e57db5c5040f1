/** How far each feature went in training. */
export interface FeatureRanges {
  /** [feature] Extremes. */
  readonly least: readonly number[];
  readonly most: readonly number[];
  /** [feature] Quantiles: one value in a thousand lies below `low`, one above `high`. */
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** Beyond the extremes by this share of what lies between the quantiles a value is unlike the training. */
const margin = 0.05;
const tail = 0.001;
/** Values per feature that the quantiles are taken from. */
const sampleSize = 65_536;

/** Between these a value of a feature is like those of the training. */
export function familiarBounds(ranges: FeatureRanges): { readonly least: Float64Array; readonly most: Float64Array } {
  const { least, most, low, high } = ranges;
  const slack = low.map((one, feature) => margin * (high[feature]! - one) + 1e-6);
  return {
    least: Float64Array.from(least, (one, feature) => one - slack[feature]!),
    most: Float64Array.from(most, (one, feature) => one + slack[feature]!),
  };
}

/** What a network has seen that was trained on the one and then on the other. */
export function joinedRanges(one: FeatureRanges, other: FeatureRanges): FeatureRanges {
  const join = (choose: (a: number, b: number) => number, a: readonly number[], b: readonly number[]) =>
    a.map((value, feature) => choose(value, b[feature]!));
  return {
    least: join(Math.min, one.least, other.least),
    most: join(Math.max, one.most, other.most),
    low: join(Math.min, one.low, other.low),
    high: join(Math.max, one.high, other.high),
  };
}

/** Collects the ranges of features from batches of rows: extremes of every row, quantiles of evenly spaced ones. */
export class RangeMeter {
  readonly #width: number;
  readonly #least: Float32Array;
  readonly #most: Float32Array;
  readonly #sample: Float32Array; // [feature, sample]
  #sampled = 0;
  #rows = 0;
  readonly #stride: number;

  /** @param rows that are to come, about */
  constructor(width: number, rows: number) {
    this.#width = width;
    this.#least = new Float32Array(width).fill(Number.POSITIVE_INFINITY);
    this.#most = new Float32Array(width).fill(Number.NEGATIVE_INFINITY);
    this.#sample = new Float32Array(width * sampleSize);
    this.#stride = Math.max(1, Math.ceil(rows / sampleSize));
  }

  /** @param observations [row, feature] */
  take(observations: Float32Array, rows: number): void {
    for (let row = 0; row < rows; row++, this.#rows++) {
      const isSampled = this.#rows % this.#stride === 0 && this.#sampled < sampleSize;
      for (let feature = 0; feature < this.#width; feature++) {
        const value = observations[row * this.#width + feature]!;
        if (value < this.#least[feature]!) this.#least[feature] = value;
        if (value > this.#most[feature]!) this.#most[feature] = value;
        if (isSampled) this.#sample[feature * sampleSize + this.#sampled] = value;
      }
      if (isSampled) this.#sampled++;
    }
  }

  ranges(): FeatureRanges {
    const quantiles = Array.from({ length: this.#width }, (_, feature) => {
      const from = feature * sampleSize;
      const sorted = this.#sample.slice(from, from + this.#sampled).sort();
      return [tail, 1 - tail].map((part) => short(sorted[Math.round(part * (sorted.length - 1))]!));
    });
    return {
      least: Array.from(this.#least, short),
      most: Array.from(this.#most, short),
      low: quantiles.map((one) => one[0]!),
      high: quantiles.map((one) => one[1]!),
    };
  }
}

/** Six significant digits: the manifest stays readable. */
function short(value: number): number {
  return Number(value.toPrecision(6));
}
