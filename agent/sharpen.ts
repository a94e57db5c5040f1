import { networkLayout } from './ppo/layout.ts';
import type { LearnerState } from './ppo/snapshot.ts';

/**
 * The same policy, more certain: all logits times a factor. What it finds likeliest stays. An imitated policy is as unsure as its
 * teacher is hard to foretell; drawn from every minute, that doubt would switch VMs on and off, and PPO would first of all learn to
 * live with its own dice.
 */
export function sharpen(state: LearnerState, factor: number): LearnerState {
  const { layers } = networkLayout(state.shape, state.hyperparameters);
  const { weights, inputs, outputs } = layers.find((layer) => layer.name === 'policy')!;
  const parameters = state.parameters.slice();
  for (let index = weights; index < weights + (inputs + 1) * outputs; index++) parameters[index]! *= factor;
  return { ...state, parameters };
}
