import { endOfLifeCost, keepsWarm, type LevelInterval, levelInterval, servingShare } from './level-economy.ts';
import type { LevelEpisode } from './level-episode.ts';

/**
 * One level along an episode, as a decision process. Demand does not depend on what is decided, and a level is off, boots or is on,
 * so what any policy would cost along the episode can be computed exactly.
 * State 0 is off; states 1 to `boots` − 1 boot with that many intervals to go, rounded up; state `boots` is on.
 */
export interface LevelModel {
  readonly intervals: number;
  /** Intervals that a launch touches until the VM is on at the beginning of one. */
  readonly boots: number;
  readonly states: number;
  /** [interval] What it costs to serve nothing of the level, with cold starts as if it had been off all the time. */
  readonly spillCosts: Float64Array;
  /** [state] Part of an interval that is not served if the level is told to be on. */
  readonly unserved: Float64Array;
  /** [state] After an interval on; after one off it is 0. */
  readonly next: Int32Array;
  /** [state] What going off costs at once. */
  readonly leaving: Float64Array;
}

/** @param missPrice of work that misses its deadline, beside what it costs elsewhere */
export function levelModel(episode: LevelEpisode, intervals: number, missPrice: number): LevelModel {
  const { terms } = episode;
  const boots = Math.max(1, Math.ceil(terms.bootIntervals - 1e-9));
  const states = boots + 1;
  const unserved = new Float64Array(states);
  const next = new Int32Array(states);
  const leaving = new Float64Array(states);
  for (let state = 0; state < states; state++) {
    const isOn = state === boots;
    const toGo = state === 0 ? boots : state; // "on" takes a level that is off into its first interval of the boot
    unserved[state] = isOn ? 0 : 1 - servingShare(toGo - boots + terms.bootIntervals);
    next[state] = isOn || toGo === 1 ? boots : toGo - 1;
    const age = isOn ? Number.POSITIVE_INFINITY : boots - state;
    leaving[state] = state === 0 ? 0 : endOfLifeCost(terms, isOn, age);
  }
  return {
    intervals,
    boots,
    states,
    spillCosts: costsOfSpilling(episode, intervals, missPrice),
    unserved,
    next,
    leaving,
  };
}

function costsOfSpilling(episode: LevelEpisode, intervals: number, missPrice: number): Float64Array {
  const { terms, history, level, unitsPerRate, start } = episode;
  const result: LevelInterval = { cost: 0, missed: 0, spilled: 0 };
  const costs = new Float64Array(intervals);
  let sinceSpill = Number.POSITIVE_INFINITY;
  for (let t = 0; t < intervals; t++) {
    const use = start + t < history.length ? history.levelUse(start + t, level, unitsPerRate) : 0;
    levelInterval(terms, use, false, 0, sinceSpill, result);
    costs[t] = result.cost + missPrice * result.missed;
    sinceSpill = keepsWarm(result.spilled) ? 0 : sinceSpill + 1;
  }
  return costs;
}
