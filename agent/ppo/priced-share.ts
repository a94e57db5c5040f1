import type { Random } from '../../env/random.ts';
import { expectedLoss, type LossWeights, type PricedRows } from './expected-loss.ts';
import type { LossTerms } from './loss.ts';
import { gather, partOf, shuffled } from './minibatch.ts';
import type { Network } from './network.ts';

/** Some of the rows of an update, wherever they lie: only weights and gradients travel. */
export interface PricedShare {
  readonly moments: Moments;
  /** Of this share's part of a minibatch, with these parameters; the first part of a pass shuffles the rows. */
  differentiate(parameters: Float32Array, minibatch: Minibatch): Promise<ShareGradient>;
}

export interface Moments {
  readonly rows: number;
  readonly weight: number;
  /** Weighted sum of the squared advantages under the policy. */
  readonly squares: number;
}

/** Which part of how many, and how it is judged. */
export interface Minibatch extends LossWeights {
  readonly part: number;
  readonly parts: number;
}

/** Means over the rows, by their weight. */
export interface ShareGradient {
  readonly weight: number;
  readonly terms: LossTerms;
  /** [parameter] */
  readonly gradients: Float32Array;
}

/** A share that lies in this thread. */
export class OwnShare implements PricedShare {
  readonly moments: Moments;
  readonly #network: Network;
  readonly #rows: PricedRows;
  readonly #random: Random;
  #order: Int32Array = new Int32Array(0);

  /** @param network no other share's; its parameters are set to those that are asked about; @param rows with normalised observations */
  constructor(network: Network, rows: PricedRows, random: Random) {
    this.#network = network;
    this.#rows = rows;
    this.#random = random;
    this.moments = momentsOf(rows);
  }

  async differentiate(parameters: Float32Array, minibatch: Minibatch): Promise<ShareGradient> {
    if (minibatch.part === 0) this.#order = shuffled(this.moments.rows, this.#random);
    const rows = partOf(this.#order, minibatch.part, minibatch.parts);
    const terms: LossTerms = { policyLoss: 0, valueLoss: 0, entropy: 0, approxKl: 0, clipFraction: 0 };
    const network = this.#network;
    if (rows.length === 0) return { weight: 0, terms, gradients: new Float32Array(network.layout.size) };
    network.parameters.set(parameters);
    network.changed();
    const batch = this.#gather(rows);
    await network.differentiate(batch.observations, rows.length, 'policy', (output, slope) => {
      Object.assign(terms, expectedLoss(batch, minibatch, output, slope));
      return true;
    });
    return { weight: batch.weights.reduce((sum, one) => sum + one, 0), terms, gradients: network.gradients.slice() };
  }

  #gather(rows: Int32Array): PricedRows {
    const { observationSize, options } = this.#network.layout;
    const { observations, chances, advantages, weights } = this.#rows;
    return {
      observations: gather(observations, observationSize, rows),
      chances: gather(chances, options, rows),
      advantages: gather(advantages, options, rows),
      weights: gather(weights, 1, rows),
    };
  }
}

function momentsOf({ chances, advantages, weights }: PricedRows): Moments {
  const rows = weights.length;
  const options = chances.length / rows;
  let squares = 0;
  let weight = 0;
  for (let row = 0; row < rows; row++) {
    weight += weights[row]!;
    for (let at = row * options; at < (row + 1) * options; at++) {
      squares += weights[row]! * chances[at]! * advantages[at]! ** 2;
    }
  }
  return { rows, weight, squares };
}
