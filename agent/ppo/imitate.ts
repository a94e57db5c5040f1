import { logSoftmax } from './categorical.ts';
import type { NetworkShape } from './layout.ts';
import { gather, parts, shuffled } from './minibatch.ts';
import { Optimizer } from './optimizer.ts';
import type { Trainable } from './update.ts';

/** What a teacher did, row by row. */
export interface Demonstrations {
  /** [row, feature] Normalised. */
  readonly observations: Float32Array;
  /** [row, options of all heads] */
  readonly masks: Uint8Array;
  /** [row, head] The option to be taken; −1: the teacher says nothing about this head. */
  readonly labels: Int32Array;
  /** [row] How much a row counts. */
  readonly weights: Float32Array;
}

export interface ImitationOptions {
  readonly epochs: number;
  readonly minibatchSize: number;
  readonly learningRate: number;
}

/** Of the last epoch. */
export interface ImitationStatistics {
  /** Weighted mean cross-entropy per row, in nats. */
  readonly loss: number;
  /** Weighted share of the labels that are the likeliest option. */
  readonly accuracy: number;
}

interface Score {
  loss: number;
  right: number;
  judged: number;
}

/** Fits the policy to a teacher by cross-entropy, with an optimiser of its own; the value's own parameters stay. */
export async function imitateTeacher(
  { network, hyperparameters, random }: Trainable,
  demonstrations: Demonstrations,
  { epochs, minibatchSize, learningRate }: ImitationOptions,
): Promise<ImitationStatistics> {
  const { layout } = network;
  const optimizer = Optimizer.create(layout);
  const totalWeight = demonstrations.weights.reduce((sum, weight) => sum + weight, 0);
  let score: Score = { loss: 0, right: 0, judged: 0 };
  for (let epoch = 0; epoch < epochs; epoch++) {
    score = { loss: 0, right: 0, judged: 0 };
    for (const rows of parts(shuffled(demonstrations.weights.length, random), minibatchSize)) {
      const some = choose(demonstrations, layout, rows);
      const share = demonstrations.weights.length / rows.length / totalWeight;
      await network.differentiate(some.observations, rows.length, 'policy', (output, slope) => {
        crossEntropy(layout, some, share, output, slope, score);
        return true;
      });
      optimizer.step(network, 'policy', learningRate, hyperparameters.maxGradientNorm);
    }
  }
  return { loss: score.loss / totalWeight, accuracy: score.right / Math.max(score.judged, Number.MIN_VALUE) };
}

function choose(all: Demonstrations, { observationSize, heads }: NetworkShape, rows: Int32Array): Demonstrations {
  return {
    observations: gather(all.observations, observationSize, rows),
    masks: gather(all.masks, all.masks.length / all.weights.length, rows),
    labels: gather(all.labels, heads.length, rows),
    weights: gather(all.weights, 1, rows),
  };
}

/** Fills the slope of `share` × the weighted sum of cross-entropies, and adds to the score. */
function crossEntropy(
  { heads }: NetworkShape,
  { masks, labels, weights }: Demonstrations,
  share: number,
  output: Float32Array,
  slope: Float32Array,
  score: Score,
): void {
  const options = masks.length / weights.length;
  const scratch = new Float64Array(options);
  for (let row = 0; row < weights.length; row++) {
    const weight = weights[row]!;
    for (let head = 0, offset = 0; head < heads.length; offset += heads[head]!, head++) {
      const label = labels[row * heads.length + head]!;
      if (label < 0) continue;
      const from = row * (options + 1) + offset;
      const size = heads[head]!;
      logSoftmax(output, from, masks, row * options + offset, size, scratch);
      let likeliest = 0;
      for (let option = 0; option < size; option++) {
        if (scratch[option]! > scratch[likeliest]!) likeliest = option;
        const probability = Math.exp(scratch[option]!);
        slope[from + option] = weight * share * (probability - (option === label ? 1 : 0));
      }
      score.loss -= weight * scratch[label]!;
      score.judged += weight;
      if (likeliest === label) score.right += weight;
    }
  }
}
