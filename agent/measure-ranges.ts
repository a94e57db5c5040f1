import { Random } from '../env/random.ts';
import { type FeatureRanges, joinedRanges, RangeMeter } from './feature-ranges.ts';
import { drawBatch } from './level-batch.ts';
import { episodeIntervals, lookAheadIntervals } from './level-episode.ts';
import { levelFeatures } from './level-features.ts';
import { serviceFeatures } from './service-features.ts';
import { serviceLessons } from './service-teacher.ts';
import { ServiceWorlds } from './service-worlds.ts';
import { TrainingDemand } from './training-demand.ts';
import type { TrainingOptions } from './training-options.ts';

/** Fresh training sets that the episodes are drawn from, and episodes in memory at once. */
const sets = 4;
const episodesAtOnce = 32;

/** What levels see in training with these options, and saw before where it began with a trained agent: episodes as the lessons and PPO draw them, in every state that a level can be in. */
export function levelRanges(options: TrainingOptions): FeatureRanges {
  const demand = new TrainingDemand(options);
  const episodes = options.sizes.validationEpisodes;
  const rows = 4 * sets * episodes * (episodeIntervals + lookAheadIntervals);
  const meter = new RangeMeter(levelFeatures.length, rows);
  for (let set = 0; set < sets; set++) {
    const source = demand.levels(`ranges ${set}`);
    const random = Random.seeded(options.seed, `ranges ${set}`);
    for (let done = 0; done < episodes; done += episodesAtOnce) {
      const { observations, from } = drawBatch(source, Math.min(episodesAtOnce, episodes - done), 0, random);
      meter.take(observations, from.at(-1)!);
    }
  }
  const before = options.from?.levelRanges ?? null;
  return before === null ? meter.ranges() : joinedRanges(meter.ranges(), before);
}

/** What whole services see in training with these options. */
export function serviceRanges(options: TrainingOptions): FeatureRanges {
  const { serviceWorlds, serviceLessonSteps } = options.sizes;
  const random = Random.seeded(options.seed, 'service ranges');
  const worlds = new ServiceWorlds(new TrainingDemand(options).services, serviceWorlds, random);
  const { observations } = serviceLessons(worlds, serviceLessonSteps);
  const rows = observations.length / serviceFeatures.length;
  const meter = new RangeMeter(serviceFeatures.length, rows);
  meter.take(observations, rows);
  return meter.ranges();
}
