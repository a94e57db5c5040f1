import { Random } from '../env/random.ts';
import type { LevelSource } from './level-episode.ts';
import { LevelYardstick } from './level-yardstick.ts';
import { allLevels } from './pool-stacks.ts';
import type { ServiceSource } from './service-worlds.ts';
import type { TrainingOptions } from './training-options.ts';
import { type TrainingSet, type TrainingSetOptions, trainingSet } from './training-set.ts';

/** Synthetic workloads that levels are validated on where they are to serve any service. */
const yardstickKinds = 48;

/** Where the episodes of a run come from: the demand and the terms that its options speak of. */
export class TrainingDemand {
  readonly #options: TrainingOptions;
  readonly #levels: Omit<LevelSource, 'set'>;
  readonly #set: TrainingSet;

  constructor(options: TrainingOptions) {
    const { profile, also, prices, meanVms, spread, anyService } = options;
    const terms = [profile, ...also].flatMap((one) => allLevels(one, prices).map((level) => level.terms));
    this.#options = options;
    this.#levels = { terms, spread, anyService, meanVms };
    this.#set = this.#draw('training set');
  }

  /** With its own copies of the traces and its own synthetic demand, so that none is learnt by heart. */
  levels(label: string): LevelSource {
    return { ...this.#levels, set: this.#draw(`training set of ${label}`) };
  }

  get services(): ServiceSource {
    const { profile, prices, meanVms } = this.#options;
    return { profile, prices, set: this.#set, meanVms };
  }

  /** Episodes of the validation workloads, and where the agent is to serve any service, as many of demand of all kinds: with the terms as they are, or any. */
  yardstick(): LevelYardstick {
    const { validation, seed, sizes, anyService } = this.#options;
    const random = Random.seeded(seed, 'level validation');
    const tracesForHalf = anyService > 0 ? validation.length : 0;
    const syntheticCount = anyService > 0 ? yardstickKinds : 0;
    const set = trainingSet(
      validation,
      { ...this.#setOptions(), copiesPerTrace: 0, syntheticCount, tracesForHalf },
      random,
    );
    return new LevelYardstick({ ...this.#levels, set, spread: 0, anyService }, sizes.validationEpisodes, random);
  }

  #draw(label: string): TrainingSet {
    const { training, seed } = this.#options;
    return trainingSet(training, this.#setOptions(), Random.seeded(seed, label));
  }

  #setOptions(): TrainingSetOptions {
    const { profile, set } = this.#options;
    return { decisionSeconds: profile.decisionSeconds, binSeconds: profile.metrics.binSeconds, ...set };
  }
}
