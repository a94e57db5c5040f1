import type { Random } from '../env/random.ts';
import type { Hyperparameters } from './ppo/hyperparameters.ts';
import type { NetworkShape } from './ppo/layout.ts';
import { Learner } from './ppo/learner.ts';
import type { LearnerState } from './ppo/snapshot.ts';

/** A network that has learnt nothing. */
export async function untaught(shape: NetworkShape, learning: Hyperparameters, random: Random): Promise<LearnerState> {
  return saved(Learner.create(shape, learning, random));
}

/**
 * A network with the weights of another, an optimiser of its own, and the normalisation as it is for good: it decides what it decided until it
 * has learnt. What gives the network its form is the other's; how it learns is as stated.
 */
export async function adopted(network: LearnerState, learning: Hyperparameters, random: Random): Promise<LearnerState> {
  const { hidden, sharedTrunk, normalizeObservations, observationClip } = network.hyperparameters;
  const state = {
    ...network,
    hyperparameters: { ...learning, hidden, sharedTrunk, normalizeObservations, observationClip },
    normalizer: { ...network.normalizer, frozen: true },
    training: null,
  };
  return saved(Learner.restore(state, random));
}

async function saved(learner: Learner): Promise<LearnerState> {
  const state = await learner.save();
  learner.dispose();
  return state;
}
