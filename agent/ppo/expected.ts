import { logSoftmax } from './categorical.ts';
import type { LossTerms } from './loss.ts';
import { gather, parts, shuffled } from './minibatch.ts';
import type { Trainable, UpdateStatistics } from './update.ts';

/** Rows of a problem whose every option has been priced, so that nothing need be drawn; for networks with one head. */
export interface PricedRows {
  /** [row, feature] Normalised. */
  readonly observations: Float32Array;
  /** [row, option] Of the policy that is to be improved. */
  readonly chances: Float32Array;
  /** [row, option] Their mean by the chances is 0 in every row. */
  readonly advantages: Float32Array;
  /** [row] How often a policy gets there. */
  readonly weights: Float32Array;
}

/**
 * One update of PPO (Schulman et al. 2017, algorithm 1) in expectation over the options (expected policy gradients: Ciosek and Whiteson 2018):
 * the surrogate of a row is the sum over its options of chance × the clipped surrogate, and no dice are thrown.
 * Advantages are divided by their deviation under the policy; the value, where there is one, stays as it is.
 *
 * @param progress of the whole training, 0 to 1, for annealing
 */
export async function updateInExpectation(
  { hyperparameters: h, network, optimizer, random }: Trainable,
  rows: PricedRows,
  progress: number,
): Promise<UpdateStatistics> {
  const { observationSize, options } = network.layout;
  const learningRate = h.annealLearningRate ? h.learningRate * (1 - progress) : h.learningRate;
  const entropyCoefficient = h.annealEntropy ? h.entropyCoefficient * (1 - progress) : h.entropyCoefficient;
  const scale = 1 / (deviation(rows) + 1e-8);
  const sums = { policyLoss: 0, valueLoss: 0, entropy: 0, approxKl: 0, clipFraction: 0, gradientNorm: 0 };
  let minibatches = 0;
  let stoppedByKl = false;
  for (let epoch = 0; epoch < h.epochs && !stoppedByKl; epoch++) {
    for (const some of parts(shuffled(rows.weights.length, random), h.minibatchSize)) {
      const batch = {
        observations: gather(rows.observations, observationSize, some),
        chances: gather(rows.chances, options, some),
        advantages: gather(rows.advantages, options, some),
        weights: gather(rows.weights, 1, some),
      };
      let terms: LossTerms | null = null;
      const stepped = await network.differentiate(batch.observations, some.length, 'policy', (output, slope) => {
        terms = expectedLoss(batch, scale, { clip: h.clip, entropy: entropyCoefficient }, output, slope);
        return h.klLimit === null || terms.approxKl <= h.klLimit;
      });
      stoppedByKl = !stepped;
      if (terms === null || stoppedByKl) break;
      add(sums, terms, optimizer.step(network, 'policy', learningRate, h.maxGradientNorm));
      minibatches++;
    }
  }
  for (const name of Object.keys(sums) as (keyof typeof sums)[]) sums[name] /= Math.max(1, minibatches);
  return { ...sums, learningRate, entropyCoefficient, explainedVariance: null, minibatches, stoppedByKl };
}

function add(sums: LossTerms & { gradientNorm: number }, terms: LossTerms, gradientNorm: number): void {
  sums.policyLoss += terms.policyLoss;
  sums.entropy += terms.entropy;
  sums.approxKl += terms.approxKl;
  sums.clipFraction += terms.clipFraction;
  sums.gradientNorm += gradientNorm;
}

function deviation({ chances, advantages, weights }: PricedRows): number {
  const options = chances.length / weights.length;
  let squares = 0;
  let total = 0;
  for (const [row, weight] of weights.entries()) {
    total += weight;
    for (let at = row * options; at < (row + 1) * options; at++) {
      squares += weight * chances[at]! * advantages[at]! ** 2;
    }
  }
  return Math.sqrt(squares / Math.max(total, Number.MIN_VALUE));
}

/**
 * The weighted mean of the rows' losses, and its slope by the network's output in closed form. `approxKl` is exact here.
 *
 * @param output [row, options + 1]; the last column, the value, is not looked at
 * @param slope as `output`, zeros; filled
 */
export function expectedLoss(
  { chances, advantages, weights }: Omit<PricedRows, 'observations'>,
  scale: number,
  coefficients: { readonly clip: number; readonly entropy: number },
  output: Float32Array,
  slope: Float32Array,
): LossTerms {
  const terms: LossTerms = { policyLoss: 0, valueLoss: 0, entropy: 0, approxKl: 0, clipFraction: 0 };
  const options = chances.length / weights.length;
  const allowed = new Uint8Array(options).fill(1);
  const logs = new Float64Array(options);
  const pulls = new Float64Array(options);
  let total = 0;
  for (const weight of weights) total += weight;
  for (const [row, weight] of weights.entries()) {
    const from = row * (options + 1);
    const share = weight / total;
    logSoftmax(output, from, allowed, 0, options, logs);
    let sum = 0;
    let entropy = 0;
    for (let option = 0; option < options; option++) {
      const old = chances[row * options + option]!;
      const advantage = scale * advantages[row * options + option]!;
      const pull = surrogate(old, advantage, logs[option]!, coefficients.clip, share, terms);
      pulls[option] = pull;
      sum += pull;
      entropy -= Math.exp(logs[option]!) * logs[option]!;
    }
    terms.entropy += share * entropy;
    for (let option = 0; option < options; option++) {
      const chance = Math.exp(logs[option]!);
      // By a logit: d log π(a) = [a is it] − p, and dH = −p (log p + H).
      const bonus = coefficients.entropy * chance * (logs[option]! + entropy);
      slope[from + option] = share * (chance * sum - pulls[option]! + bonus);
    }
  }
  return terms;
}

/** Adds what one option loses, and returns the slope of its surrogate by its log-probability: 0 where it is clipped. */
function surrogate(old: number, advantage: number, log: number, clip: number, share: number, terms: LossTerms): number {
  const chance = Math.exp(log);
  const ratio = chance / Math.max(old, 1e-12);
  const clipped = Math.max(1 - clip, Math.min(1 + clip, ratio));
  const isFree = ratio * advantage <= clipped * advantage;
  terms.policyLoss -= share * old * advantage * (isFree ? ratio : clipped);
  terms.approxKl += share * old * (Math.log(Math.max(old, 1e-12)) - log);
  if (clipped !== ratio) terms.clipFraction += share * old;
  return isFree ? chance * advantage : 0;
}
