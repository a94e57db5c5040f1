import type { Random } from '../env/random.ts';
import {
  drawEpisode,
  episodeIntervals,
  type LevelEpisode,
  type LevelSource,
  lookAheadIntervals,
} from './level-episode.ts';
import { levelFeatures, stateOffset, writeLevelContext, writeLevelState } from './level-features.ts';
import { type LevelModel, levelModel } from './level-model.ts';

/** Episodes with everything that a level could see and be in: rows lie episode by episode, interval by interval, state by state. */
export interface LevelBatch {
  readonly models: readonly LevelModel[];
  /** [episode] Its first row; one entry more, the number of rows. */
  readonly from: readonly number[];
  /** [episode] Intervals that are learnt from; what follows only tells what they lead to. */
  readonly learnt: readonly number[];
  /** [row, feature] */
  readonly observations: Float32Array;
}

export function drawBatch(source: LevelSource, episodes: number, missPrice: number, random: Random): LevelBatch {
  const drawn = Array.from({ length: episodes }, () => drawEpisode(source, random));
  const models = drawn.map((one) => levelModel(one, intervalsOf(one), missPrice));
  const from = [0];
  for (const { intervals, states } of models) from.push(from.at(-1)! + intervals * states);
  const observations = new Float32Array(from.at(-1)! * levelFeatures.length);
  for (const [index, episode] of drawn.entries()) writeRows(episode, models[index]!, observations, from[index]!);
  const learnt = models.map(({ intervals }) => Math.min(episodeIntervals, intervals));
  return { models, from, learnt, observations };
}

function intervalsOf({ history, start }: LevelEpisode): number {
  return Math.min(episodeIntervals + lookAheadIntervals, history.length - start);
}

function writeRows(episode: LevelEpisode, model: LevelModel, into: Float32Array, from: number): void {
  const { history, first, start, level, unitsPerRate, terms } = episode;
  const { intervals, states, boots } = model;
  const width = levelFeatures.length;
  for (let t = 0; t < intervals; t++) {
    const row = (from + t * states) * width;
    const known = Math.max(first, start + t - terms.delayIntervals);
    writeLevelContext(history, first, known, level, unitsPerRate, terms, into, row);
    for (let state = 0; state < states; state++) {
      const own = row + state * width;
      if (state > 0) into.copyWithin(own, row, row + stateOffset);
      const mode = state === 0 ? 0 : state === boots ? 2 : 1;
      writeLevelState({ mode, intervalsInMode: boots - state }, terms, into, own + stateOffset);
    }
  }
}
