import type { Random } from '../env/random.ts';
import { levelFeatures, writeLevelFeatures } from './level-features.ts';
import { planLevel } from './level-plan.ts';
import { drawEpisode, episodeIntervals, type LevelSource, lookAheadIntervals } from './level-worlds.ts';

/** Rows for Learner.imitate: what levels saw, and what the clairvoyant plan did. */
export interface LevelLessons {
  /** [row, feature] */
  readonly observations: Float32Array;
  /** [row, option] */
  readonly masks: Uint8Array;
  /** [row, head] */
  readonly labels: Int32Array;
  /** [row] What the wrong choice would have cost. */
  readonly weights: Float32Array;
}

/** Draws episodes and plans each with hindsight; at every interval one state is drawn and labelled with the better choice. */
export function levelLessons(source: LevelSource, episodes: number, missPrice: number, random: Random): LevelLessons {
  const rows = episodes * episodeIntervals;
  const lessons: LevelLessons = {
    observations: new Float32Array(rows * levelFeatures.length),
    masks: new Uint8Array(rows * 2).fill(1),
    labels: new Int32Array(rows),
    weights: new Float32Array(rows),
  };
  for (let row = 0; row < rows; row += episodeIntervals) teachEpisode(source, missPrice, random, lessons, row);
  return lessons;
}

function teachEpisode(
  source: LevelSource,
  missPrice: number,
  random: Random,
  lessons: LevelLessons,
  row: number,
): void {
  const episode = drawEpisode(source, random);
  const { history, terms, first, start, level, unitsPerRate } = episode;
  const { boots, states, advantage } = planLevel(episode, episodeIntervals + lookAheadIntervals, missPrice);
  for (let t = 0; t < episodeIntervals && start + t < history.length; t++) {
    const draw = random.uniform();
    const state = draw < 0.45 ? 0 : draw < 0.55 ? 1 + random.below(boots) : boots + 1;
    const gain = advantage[t * states + state]!;
    const seen = {
      mode: state === 0 ? 0 : state > boots ? 2 : 1,
      intervalsInMode: state === 0 || state > boots ? random.below(60) : boots - state,
      intervalsSinceSpill: random.below(20),
    };
    const known = Math.max(first, start + t - terms.delayIntervals);
    const offset = (row + t) * levelFeatures.length;
    writeLevelFeatures(history, first, known, level, unitsPerRate, seen, terms, lessons.observations, offset);
    lessons.labels[row + t] = gain > 0 ? 1 : 0;
    lessons.weights[row + t] = Math.min(2, Math.abs(gain)) + 0.02;
  }
}
