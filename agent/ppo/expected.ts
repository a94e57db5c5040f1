import type { LossTerms } from './loss.ts';
import type { Minibatch, PricedShare, ShareGradient } from './priced-share.ts';
import type { Trainable, UpdateStatistics } from './update.ts';

/**
 * One update of PPO (Schulman et al. 2017, algorithm 1) in expectation over the options (expected policy gradients: Ciosek and Whiteson 2018):
 * the surrogate of a row is the sum over its options of chance × the clipped surrogate, and no dice are thrown.
 * Advantages are divided by their deviation under the policy; the value, where there is one, stays as it is.
 * A minibatch takes a part of every share; their gradients are added up in the order of the shares, so threads change nothing.
 *
 * @param progress of the whole training, 0 to 1, for annealing
 */
export async function updateInExpectation(
  { hyperparameters: h, network, optimizer }: Omit<Trainable, 'random'>,
  shares: readonly PricedShare[],
  progress: number,
): Promise<UpdateStatistics> {
  const learningRate = h.annealLearningRate ? h.learningRate * (1 - progress) : h.learningRate;
  const entropy = h.annealEntropy ? h.entropyCoefficient * (1 - progress) : h.entropyCoefficient;
  const rows = shares.reduce((sum, { moments }) => sum + moments.rows, 0);
  const parts = Math.max(1, Math.round(rows / h.minibatchSize));
  const judged = { parts, scale: 1 / (deviation(shares) + 1e-8), clip: h.clip, entropy };
  const sums = { policyLoss: 0, valueLoss: 0, entropy: 0, approxKl: 0, clipFraction: 0, gradientNorm: 0 };
  let minibatches = 0;
  let stoppedByKl = false;
  for (let step = 0; step < h.epochs * parts && !stoppedByKl; step++) {
    const terms = await differentiate(network, shares, { ...judged, part: step % parts });
    stoppedByKl = h.klLimit !== null && terms.approxKl > h.klLimit;
    if (stoppedByKl) break;
    add(sums, terms, 1);
    sums.gradientNorm += optimizer.step(network, 'policy', learningRate, h.maxGradientNorm);
    minibatches++;
  }
  for (const name of Object.keys(sums) as (keyof typeof sums)[]) sums[name] /= Math.max(1, minibatches);
  return { ...sums, learningRate, entropyCoefficient: entropy, explainedVariance: null, minibatches, stoppedByKl };
}

function deviation(shares: readonly PricedShare[]): number {
  const squares = shares.reduce((sum, { moments }) => sum + moments.squares, 0);
  const weight = shares.reduce((sum, { moments }) => sum + moments.weight, 0);
  return Math.sqrt(squares / Math.max(weight, Number.MIN_VALUE));
}

/** Fills the network's gradients with the mean over the whole minibatch. */
async function differentiate(
  { parameters, gradients }: Trainable['network'],
  shares: readonly PricedShare[],
  minibatch: Minibatch,
): Promise<LossTerms> {
  const found = await Promise.all(shares.map((share) => share.differentiate(parameters, minibatch)));
  const total = Math.max(
    Number.MIN_VALUE,
    found.reduce((sum, { weight }) => sum + weight, 0),
  );
  const terms: LossTerms = { policyLoss: 0, valueLoss: 0, entropy: 0, approxKl: 0, clipFraction: 0 };
  for (const { weight, terms: own } of found) add(terms, own, weight / total);
  gradients.set(weightedSum(found, total));
  return terms;
}

function weightedSum(found: readonly ShareGradient[], total: number): Float32Array {
  const sum = new Float32Array(found[0]!.gradients.length);
  for (const { weight, gradients } of found) {
    const part = weight / total;
    for (let at = 0; at < sum.length; at++) sum[at] = sum[at]! + part * gradients[at]!;
  }
  return sum;
}

function add(sums: LossTerms, terms: LossTerms, part: number): void {
  sums.policyLoss += part * terms.policyLoss;
  sums.entropy += part * terms.entropy;
  sums.approxKl += part * terms.approxKl;
  sums.clipFraction += part * terms.clipFraction;
}
