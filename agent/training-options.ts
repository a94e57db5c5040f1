import type { PriceBook, ServiceProfile, Workload } from '../env/types.ts';
import { defaultHyperparameters, type Hyperparameters } from './ppo/hyperparameters.ts';
import { segmentSteps } from './segment-steps.ts';
import type { StartingPoint } from './starting-point.ts';
import { defaultTrainingSet } from './training-set.ts';

/** What a training run is made of. With equal options, on one backend, it gives equal weights. */
export interface TrainingOptions {
  readonly profile: ServiceProfile;
  readonly prices: PriceBook;
  /** Further services that the levels are trained for, and validated on. */
  readonly also: readonly ServiceProfile[];
  /** Demand to learn from; none: synthetic demand alone. */
  readonly training: readonly Workload[];
  /** Demand on which the best state is selected; never learnt from. */
  readonly validation: readonly Workload[];
  readonly seed: number;
  /** Rounds of imitating the clairvoyant plan, each on fresh episodes. */
  readonly lessons: number;
  readonly episodesPerLesson: number;
  /** Intervals of single levels, and of whole services; without any of the latter there is no service network. */
  readonly levelSteps: number;
  readonly serviceSteps: number;
  /** Mean fleet size to train for, drawn log-uniformly. */
  readonly meanVms: readonly [number, number];
  /** Log-standard deviation by which price ratio, boot time and the other terms of a level are varied. */
  readonly spread: number;
  /** Share of the episodes of levels whose terms are those of any service. */
  readonly anyService: number;
  readonly levelHyperparameters: Hyperparameters;
  readonly serviceHyperparameters: Hyperparameters;
  readonly set: typeof defaultTrainingSet;
  readonly sizes: TrainingSizes;
  /** A trained agent to begin with; absent: a network that knows nothing. */
  readonly from?: StartingPoint;
}

export interface TrainingSizes {
  /** Episodes of levels that an update looks at. */
  readonly levelEpisodes: number;
  /** Episodes of levels by which their best network is selected. */
  readonly validationEpisodes: number;
  /** Services that are stepped together. */
  readonly serviceWorlds: number;
  /** Steps of every service of which the network imitates thrift. */
  readonly serviceLessonSteps: number;
  /** Steps of every service between two updates. */
  readonly rolloutSteps: number;
  /** Updates between two validations: worlds begin anew, and a run can be resumed here. */
  readonly updatesPerSegment: number;
}

const sizes: TrainingSizes = {
  levelEpisodes: 256,
  validationEpisodes: 384,
  serviceWorlds: 256,
  serviceLessonSteps: 96,
  rolloutSteps: 32,
  updatesPerSegment: 16,
};

export const trainingDefaults = {
  seed: 1,
  also: [] as readonly ServiceProfile[],
  lessons: 3,
  episodesPerLesson: 1024,
  levelSteps: 5 * segmentSteps(sizes).levels,
  serviceSteps: 4 * segmentSteps(sizes).service,
  meanVms: [1.5, 120] as readonly [number, number],
  spread: 0.15,
  anyService: 0,
  levelHyperparameters: {
    ...defaultHyperparameters,
    hidden: [64, 64],
    sharedTrunk: true,
    learningRate: 1e-3,
    epochs: 2,
    // What the options lead to is computed, not tried: nothing has to be explored.
    entropyCoefficient: 0.01,
  } satisfies Hyperparameters,
  serviceHyperparameters: {
    ...defaultHyperparameters,
    hidden: [64, 64],
    sharedTrunk: false,
    learningRate: 5e-4,
    discount: 0.98,
    entropyCoefficient: 0.002,
    minibatchSize: 2048,
  } satisfies Hyperparameters,
  set: defaultTrainingSet,
  sizes,
};

const adaptingSizes: TrainingSizes = { ...sizes, updatesPerSegment: 8 };

/** What differs where a trained agent is adapted: no lessons, short steps, half of the samples from a single trace. */
export const adaptingDefaults = {
  lessons: 0,
  levelSteps: 3 * segmentSteps(adaptingSizes).levels,
  serviceSteps: 0,
  levelHyperparameters: { ...trainingDefaults.levelHyperparameters, learningRate: 3e-4, entropyCoefficient: 0 },
  set: { ...defaultTrainingSet, tracesForHalf: 1 },
  sizes: adaptingSizes,
};
/** The fleets that an adapted agent is to size, over the mean one of what is given. */
export const adaptedFleets: readonly [number, number] = [0.5, 2];
