import { Random } from '../env/random.ts';
import { Learner } from './ppo/learner.ts';
import type { LearnerState } from './ppo/snapshot.ts';
import { serviceFeatures } from './service-features.ts';
import { serviceHeads } from './service-options.ts';
import { serviceLessons } from './service-teacher.ts';
import { type ServiceSource, ServiceWorlds } from './service-worlds.ts';
import { sharpen } from './sharpen.ts';
import type { TrainingOptions } from './training-options.ts';

/** How much more certain than imitated the service network begins PPO. */
const certainty = 4;

/** A service network that imitates thrift, for PPO to begin with. */
export async function taughtService(source: ServiceSource, options: TrainingOptions): Promise<LearnerState> {
  const random = Random.seeded(options.seed, 'service learner');
  const shape = { observationSize: serviceFeatures.length, heads: serviceHeads };
  const learner = Learner.create(shape, options.serviceHyperparameters, random);
  const { serviceWorlds, serviceLessonSteps } = options.sizes;
  const rows = serviceLessons(new ServiceWorlds(source, serviceWorlds, random), serviceLessonSteps);
  const lessons = { epochs: 4, minibatchSize: 1024, learningRate: 1e-3 };
  await learner.imitate(rows.observations, rows.masks, rows.labels, rows.weights, lessons);
  const state = sharpen(await learner.save(), certainty);
  learner.dispose();
  return state;
}
