import type { Random } from '../../env/random.ts';
import { estimateAdvantages, explainedVariance } from './advantage.ts';
import type { Hyperparameters } from './hyperparameters.ts';
import { type Batch, type LossCoefficients, type LossTerms, ppoLoss } from './loss.ts';
import { gather, parts, shuffled } from './minibatch.ts';
import type { Network } from './network.ts';
import type { Optimizer } from './optimizer.ts';
import type { Rollout } from './rollout.ts';

/** What an update moves. */
export interface Trainable {
  readonly hyperparameters: Hyperparameters;
  readonly network: Network;
  readonly optimizer: Optimizer;
  readonly random: Random;
}

/** Means over the minibatches that were stepped; see LossTerms. */
export interface UpdateStatistics extends Readonly<LossTerms> {
  /** Before it was cut. */
  readonly gradientNorm: number;
  readonly learningRate: number;
  readonly entropyCoefficient: number;
  /** How well the values foretold the returns, before the update; null where returns do not vary. */
  readonly explainedVariance: number | null;
  readonly minibatches: number;
  /** True where the divergence ended it early. */
  readonly stoppedByKl: boolean;
}

interface Samples {
  readonly rollout: Rollout;
  /** [time, world] */
  readonly advantages: Float32Array;
  /** [time, world] */
  readonly returns: Float32Array;
}

/**
 * One update of PPO (Schulman et al. 2017, algorithm 1).
 *
 * @param progress of the whole training, 0 to 1, for annealing
 * @param criticOnly fits the values and leaves the policy as it is, to the bit
 */
export async function updateLearner(
  learner: Trainable,
  rollout: Rollout,
  progress: number,
  criticOnly: boolean,
): Promise<UpdateStatistics> {
  const { hyperparameters: h, random } = learner;
  const samples = estimate(rollout, h);
  const coefficients: LossCoefficients = {
    clip: h.clip,
    valueClip: h.valueClip,
    value: h.valueCoefficient,
    entropy: h.annealEntropy ? h.entropyCoefficient * (1 - progress) : h.entropyCoefficient,
  };
  const learningRate = h.annealLearningRate ? h.learningRate * (1 - progress) : h.learningRate;
  const sums = { policyLoss: 0, valueLoss: 0, entropy: 0, approxKl: 0, clipFraction: 0, gradientNorm: 0 };
  let minibatches = 0;
  let stoppedByKl = false;
  for (let epoch = 0; epoch < h.epochs && !stoppedByKl; epoch++) {
    for (const rows of parts(shuffled(rollout.rewards.length, random), h.minibatchSize)) {
      const terms = await stepMinibatch(learner, samples, rows, coefficients, learningRate, criticOnly);
      stoppedByKl = terms === null;
      if (terms === null) break;
      for (const name of termNames) sums[name] += terms[name];
      minibatches++;
    }
  }
  for (const name of termNames) sums[name] /= Math.max(1, minibatches);
  const explained = explainedVariance(rollout.values, samples.returns);
  return {
    ...sums,
    learningRate,
    entropyCoefficient: coefficients.entropy,
    explainedVariance: explained,
    minibatches,
    stoppedByKl,
  };
}

const termNames = ['policyLoss', 'valueLoss', 'entropy', 'approxKl', 'clipFraction', 'gradientNorm'] as const;

function estimate(rollout: Rollout, hyperparameters: Hyperparameters): Samples {
  const advantages = new Float32Array(rollout.rewards.length);
  const returns = new Float32Array(rollout.rewards.length);
  estimateAdvantages(rollout, hyperparameters, advantages, returns);
  return { rollout, advantages, returns };
}

/** Null, and no step, where the policy has already moved too far. */
async function stepMinibatch(
  { hyperparameters: h, network, optimizer }: Trainable,
  samples: Samples,
  rows: Int32Array,
  coefficients: LossCoefficients,
  learningRate: number,
  criticOnly: boolean,
): Promise<(LossTerms & { gradientNorm: number }) | null> {
  const { layout } = network;
  const batch = minibatch(samples, rows);
  const observations = gather(samples.rollout.observations, layout.observationSize, rows);
  const part = criticOnly ? 'critic' : 'all';
  let terms: LossTerms | null = null;
  const stepped = await network.differentiate(observations, rows.length, part, (output, slope) => {
    terms = ppoLoss(layout, batch, coefficients, output, slope, criticOnly);
    return h.klLimit === null || terms.approxKl <= h.klLimit;
  });
  if (!stepped || terms === null) return null;
  const gradientNorm = optimizer.step(network, part, learningRate, h.maxGradientNorm);
  return { ...(terms as LossTerms), gradientNorm };
}

function minibatch({ rollout, advantages, returns }: Samples, rows: Int32Array): Batch {
  const samples = rollout.rewards.length;
  const own = gather(advantages, 1, rows);
  standardize(own);
  return {
    rows: rows.length,
    masks: gather(rollout.masks, rollout.masks.length / samples, rows),
    actions: gather(rollout.actions, rollout.actions.length / samples, rows),
    logProbabilities: gather(rollout.logProbabilities, 1, rows),
    values: gather(rollout.values, 1, rows),
    advantages: own,
    returns: gather(returns, 1, rows),
  };
}

/** To mean 0 and deviation 1, in place. A single advantage stays as it is. */
function standardize(values: Float32Array): void {
  if (values.length < 2) return;
  let mean = 0;
  for (const value of values) mean += value / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  const inverse = 1 / (Math.sqrt(squares / (values.length - 1)) + 1e-8);
  for (let at = 0; at < values.length; at++) values[at] = (values[at]! - mean) * inverse;
}
