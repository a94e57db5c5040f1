import { InputProblem } from '../../env/problem.ts';

/** How an agent learns. The names and defaults follow Schulman et al. 2017 (PPO) and its reference implementations. */
export interface Hyperparameters {
  /** Widths of the tanh layers. */
  readonly hidden: readonly number[];
  /** One trunk under policy and value: about half the arithmetic; false: actor and critic share nothing. */
  readonly sharedTrunk: boolean;
  readonly learningRate: number;
  /** The learning rate falls linearly to 0 as progress goes from 0 to 1. */
  readonly annealLearningRate: boolean;
  /** γ per step, in [0, 1). */
  readonly discount: number;
  /** λ of generalised advantage estimation, in [0, 1]. */
  readonly gaeLambda: number;
  /** Passes over a rollout. */
  readonly epochs: number;
  /** Samples per gradient step; a rollout is cut into equal minibatches of about this size. */
  readonly minibatchSize: number;
  /** ε of the clipped surrogate. */
  readonly clip: number;
  /** Largest change of a value per update inside the value loss; null: values are not clipped. */
  readonly valueClip: number | null;
  readonly valueCoefficient: number;
  readonly entropyCoefficient: number;
  /** The entropy coefficient falls linearly to 0 as progress goes from 0 to 1. */
  readonly annealEntropy: boolean;
  /** Global L2 norm to which a gradient is cut. */
  readonly maxGradientNorm: number;
  /** An update ends before the minibatch whose estimated KL divergence from the old policy exceeds this; null: never. */
  readonly klLimit: number | null;
  /** Subtract the running mean and divide by the running deviation of every feature. */
  readonly normalizeObservations: boolean;
  /** Normalised features are cut to ± this. */
  readonly observationClip: number;
  /** Divide rewards by the running deviation of the discounted return. */
  readonly scaleRewards: boolean;
  /** Scaled rewards are cut to ± this. */
  readonly rewardClip: number;
}

export const defaultHyperparameters: Hyperparameters = {
  hidden: [128, 128],
  sharedTrunk: true,
  learningRate: 3e-4,
  annealLearningRate: true,
  discount: 0.99,
  gaeLambda: 0.95,
  epochs: 4,
  minibatchSize: 4096,
  clip: 0.2,
  valueClip: null,
  valueCoefficient: 0.5,
  entropyCoefficient: 0.01,
  annealEntropy: true,
  maxGradientNorm: 0.5,
  klLimit: 0.03,
  normalizeObservations: true,
  observationClip: 10,
  scaleRewards: true,
  rewardClip: 10,
};

type Rule = readonly [name: string, value: number | null, legal: string, holds: (value: number) => boolean];

const positive = (value: number) => value > 0;
const natural = (value: number) => Number.isInteger(value) && value > 0;

function rules(h: Hyperparameters): Rule[] {
  return [
    ...h.hidden.map((width): Rule => ['hidden', width, 'whole widths of at least 1', natural]),
    ['learningRate', h.learningRate, 'above 0', positive],
    ['discount', h.discount, 'from 0 to below 1', (value) => value >= 0 && value < 1],
    ['gaeLambda', h.gaeLambda, 'from 0 to 1', (value) => value >= 0 && value <= 1],
    ['epochs', h.epochs, 'a whole number of at least 1', natural],
    ['minibatchSize', h.minibatchSize, 'a whole number of at least 1', natural],
    ['clip', h.clip, 'above 0', positive],
    ['valueClip', h.valueClip, 'above 0, or null', positive],
    ['valueCoefficient', h.valueCoefficient, 'at least 0', (value) => value >= 0],
    ['entropyCoefficient', h.entropyCoefficient, 'at least 0', (value) => value >= 0],
    ['maxGradientNorm', h.maxGradientNorm, 'above 0', positive],
    ['klLimit', h.klLimit, 'above 0, or null', positive],
    ['observationClip', h.observationClip, 'above 0', positive],
    ['rewardClip', h.rewardClip, 'above 0', positive],
  ];
}

/** @throws InputProblem for a value outside its legal range. */
export function checkHyperparameters(hyperparameters: Hyperparameters): void {
  for (const [name, value, legal, holds] of rules(hyperparameters)) {
    if (value === null || (Number.isFinite(value) && holds(value))) continue;
    throw new InputProblem(`Hyper-parameter ${name} is ${value}: it must be ${legal}.`);
  }
}
