import type { Random } from '../env/random.ts';
import { drawBatch, type LevelBatch } from './level-batch.ts';
import type { LevelSource } from './level-episode.ts';
import { evaluateLevel } from './level-evaluation.ts';
import { levelFeatures } from './level-features.ts';

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

/** Episodes whose rows are in memory together. */
const episodesAtOnce = 64;

/** Draws episodes and plans each with hindsight; at every interval one state is drawn and labelled with the better choice. */
export function levelLessons(source: LevelSource, episodes: number, missPrice: number, random: Random): LevelLessons {
  const rows: Row[] = [];
  const observations: Float32Array[] = [];
  for (let done = 0; done < episodes; done += episodesAtOnce) {
    const batch = drawBatch(source, Math.min(episodesAtOnce, episodes - done), missPrice, random);
    const taught = teach(batch, random);
    rows.push(...taught);
    observations.push(gatherRows(batch.observations, taught));
  }
  return {
    observations: joined(observations),
    masks: new Uint8Array(rows.length * 2).fill(1),
    labels: Int32Array.from(rows, ({ gain }) => (gain > 0 ? 1 : 0)),
    weights: Float32Array.from(rows, ({ gain }) => Math.min(2, Math.abs(gain)) + 0.02),
  };
}

interface Row {
  readonly row: number;
  /** What "off" would have cost more than "on". */
  readonly gain: number;
}

function teach({ models, from, learnt }: LevelBatch, random: Random): Row[] {
  return models.flatMap((model, episode) => {
    const { intervals, states, boots } = model;
    const gains = new Float32Array(intervals * states);
    evaluateLevel(model, null, gains);
    return Array.from({ length: learnt[episode]! }, (_, t) => {
      const draw = random.uniform();
      const state = draw < 0.45 ? 0 : draw < 0.6 && boots > 1 ? 1 + random.below(boots - 1) : boots;
      const at = t * states + state;
      return { row: from[episode]! + at, gain: gains[at]! };
    });
  });
}

function gatherRows(observations: Float32Array, rows: readonly Row[]): Float32Array {
  const width = levelFeatures.length;
  const gathered = new Float32Array(rows.length * width);
  for (const [index, { row }] of rows.entries()) {
    gathered.set(observations.subarray(row * width, (row + 1) * width), index * width);
  }
  return gathered;
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
