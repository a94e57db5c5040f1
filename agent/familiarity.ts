import { type FeatureRanges, familiarBounds } from './feature-ranges.ts';
import { levelFeatures } from './level-features.ts';
import { serviceFeatures } from './service-features.ts';

/** What each network saw in training. */
export interface NetworkRanges {
  readonly level: FeatureRanges;
  readonly service: FeatureRanges | null;
}

/** Decisions in a row that must be unlike the training before the policy is doubted. */
const patience = 3;

/**
 * Tells when what a network sees is unlike what it was trained on: a feature beyond the bounds of its range (feature-ranges.ts), decision
 * after decision. A network answers there too, but nobody knows what its answers are worth.
 */
export class Familiarity {
  readonly #names: readonly string[];
  readonly #ranges: FeatureRanges;
  /** [feature] */
  readonly #least: Float64Array;
  readonly #most: Float64Array;
  #strange: string | null = null;
  #inARow = 0;

  constructor(ranges: FeatureRanges, names: readonly string[]) {
    const { least, most } = familiarBounds(ranges);
    this.#names = names;
    this.#ranges = ranges;
    this.#least = least;
    this.#most = most;
  }

  /** Takes in what a network saw at a decision. @param features [row, feature] As observed, the first `rows` of them */
  look(features: Float32Array, rows: number): void {
    const width = this.#names.length;
    for (let at = 0; at < rows * width && this.#strange === null; at++) {
      const value = features[at]!;
      // Also true for what is no number.
      if (!(value >= this.#least[at % width]! && value <= this.#most[at % width]!)) this.#tell(at % width, value);
    }
  }

  /** Ends the decision. Why the network should not be trusted, in a clause; null where it may be. */
  doubt(): string | null {
    const strange = this.#strange;
    this.#strange = null;
    this.#inARow = strange === null ? 0 : this.#inARow + 1;
    if (strange === null || this.#inARow < patience) return null;
    return `for ${this.#inARow} decisions what it sees has been unlike its training (${strange})`;
  }

  #tell(feature: number, value: number): void {
    const [least, most] = [this.#ranges.least[feature]!, this.#ranges.most[feature]!].map(shown);
    this.#strange = `${this.#names[feature]} is ${shown(value)}, trained on ${least} to ${most}`;
  }
}

function shown(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** Of both networks; null where nobody has measured what they saw. */
export function familiarityOf(ranges: NetworkRanges | undefined) {
  if (!ranges) return null;
  return {
    level: new Familiarity(ranges.level, levelFeatures),
    service: ranges.service && new Familiarity(ranges.service, serviceFeatures),
  };
}
