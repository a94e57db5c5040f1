import { defaultHyperparameters, type Hyperparameters } from '../../../agent/ppo/hyperparameters.ts';

/** For networks and rollouts so small that a test takes no time. */
export const smallSettings: Hyperparameters = {
  ...defaultHyperparameters,
  hidden: [16, 12],
  minibatchSize: 64,
  learningRate: 3e-3,
};
