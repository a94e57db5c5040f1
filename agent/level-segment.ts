import type { Random } from '../env/random.ts';
import type { LevelCrew } from './level-crew.ts';
import { episodeIntervals, type LevelSource } from './level-episode.ts';
import type { Learner } from './ppo/learner.ts';
import type { TrainingSizes } from './training-options.ts';
import { named, type TrainingProgress } from './training-progress.ts';
import type { ValidationResult } from './validation.ts';

export interface LevelSegment {
  readonly learner: Learner;
  readonly crew: LevelCrew;
  readonly source: LevelSource;
  readonly random: Random;
  /** Price of work that misses its deadline. */
  readonly multiplier: number;
  readonly segment: number;
  readonly segments: number;
  /** Of the best state so far, to be shown. */
  readonly validation: ValidationResult | null;
  readonly sizes: Pick<TrainingSizes, 'levelEpisodes' | 'updatesPerSegment'>;
}

/** Some updates of PPO in a row, each on fresh episodes that the policy of the moment is priced on. */
export async function improveLevels(
  { learner, crew, source, random, multiplier, segment, segments, validation, sizes }: LevelSegment,
  onProgress: (progress: TrainingProgress) => void | Promise<void>,
): Promise<void> {
  const { levelEpisodes, updatesPerSegment } = sizes;
  const updates = segments * updatesPerSegment;
  const steps = levelEpisodes * episodeIntervals;
  await crew.open(source);
  for (let update = segment * updatesPerSegment; update < (segment + 1) * updatesPerSegment; update++) {
    const { shares, meanRegret } = await crew.price(learner, levelEpisodes, multiplier, random);
    const statistics = await learner.updateInExpectation(shares, update / updates);
    const scalars = named('levels', { ...statistics, meanRegret, multiplier });
    await onProgress({ stage: 'levels', done: (update + 1) * steps, total: updates * steps, validation, scalars });
  }
}
