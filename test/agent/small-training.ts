import type { TrainingHooks } from '../../agent/train.ts';
import { type TrainingOptions, trainingDefaults } from '../../agent/training-options.ts';
import type { TrainingState } from '../../agent/training-state.ts';
import { parseGenerator } from '../../env/workload/reference.ts';
import { examplePrices, exampleProfile } from '../policies/example-service.ts';

const { levelHyperparameters, serviceHyperparameters } = trainingDefaults;

/** A run that learns next to nothing, in a moment: two segments of levels, two of services. */
export const smallTraining: TrainingOptions = {
  ...trainingDefaults,
  profile: exampleProfile,
  prices: examplePrices,
  training: [parseGenerator('diurnal:mean=60,hours=2,noise=0.2,seed=1')],
  validation: [parseGenerator('diurnal:mean=60,hours=0.5,noise=0.2,seed=2')],
  lessons: 1,
  episodesPerLesson: 4,
  levelSteps: 2 * 2 * 180 * 2,
  serviceSteps: 2 * 4 * 8 * 2,
  meanVms: [2, 10],
  levelHyperparameters: { ...levelHyperparameters, hidden: [8], minibatchSize: 256, klLimit: null },
  serviceHyperparameters: { ...serviceHyperparameters, hidden: [8], minibatchSize: 16, klLimit: null },
  set: { copiesPerTrace: 1, syntheticCount: 2, syntheticHours: 1, tracesForHalf: 1 },
  sizes: {
    levelEpisodes: 2,
    validationEpisodes: 4,
    serviceWorlds: 4,
    serviceLessonSteps: 4,
    rolloutSteps: 8,
    updatesPerSegment: 2,
  },
};

/** Hooks that keep every state of a run. */
export function recorder(): TrainingHooks & { readonly states: TrainingState[] } {
  const states: TrainingState[] = [];
  return {
    states,
    onProgress: () => {},
    onSegment: (state) => {
      states.push(state);
    },
  };
}
