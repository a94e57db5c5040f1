import { levelFeatures } from '../../agent/level-features.ts';
import type { Agent } from '../../agent/policy.ts';
import { Actor } from '../../agent/ppo/forward.ts';
import { initialParameters } from '../../agent/ppo/initialization.ts';
import { type NetworkShape, networkLayout } from '../../agent/ppo/layout.ts';
import { Normalizer } from '../../agent/ppo/normalizer.ts';
import type { LearnerState } from '../../agent/ppo/snapshot.ts';
import { serviceFeatures } from '../../agent/service-features.ts';
import { serviceHeads } from '../../agent/service-options.ts';
import { Random } from '../../env/random.ts';
import { smallSettings } from './ppo/settings.ts';

export const levelShape: NetworkShape = { observationSize: levelFeatures.length, heads: [2] };
export const serviceShape: NetworkShape = { observationSize: serviceFeatures.length, heads: serviceHeads };

/** A small network that has learnt nothing: it decides by the dice of its weights, but always in the same way. */
export function untrained(shape: NetworkShape, seed: number): LearnerState {
  const layout = networkLayout(shape, smallSettings);
  const { observationClip: clip } = smallSettings;
  return {
    shape,
    hyperparameters: smallSettings,
    parameters: initialParameters(layout, Random.seeded(seed)),
    normalizer: new Normalizer(shape.observationSize, { enabled: true, clip }).save(),
    training: null,
  };
}

export function untrainedAgent(seed: number, pools: readonly number[], hasService = true): Agent {
  return {
    level: new Actor(untrained(levelShape, seed)),
    service: hasService ? new Actor(untrained(serviceShape, seed)) : null,
    pools,
  };
}

/** A level network that looks at nothing, and always votes the same. */
export function stubborn(isOn: boolean): Actor {
  return withLikings(levelShape, isOn ? [0, 1] : [1, 0]);
}

/** As `stubborn`, and no precedent outweighs it. */
export function sure(isOn: boolean): Actor {
  return withLikings(levelShape, isOn ? [0, 1000] : [1000, 0]);
}

/** A network that looks at nothing. @param likings [option over all heads] its logits; 0 where missing */
export function withLikings(shape: NetworkShape, likings: readonly number[]): Actor {
  const { parameters, ...rest } = untrained(shape, 1);
  const { layers } = networkLayout(shape, smallSettings);
  const { bias } = layers.find((layer) => layer.name === 'policy')!;
  parameters.fill(0).set(likings, bias);
  return new Actor({ ...rest, parameters });
}
