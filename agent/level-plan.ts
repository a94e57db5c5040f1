import { endOfLifeCost, keepsWarm, type LevelInterval, levelInterval, servingShare } from './level-economy.ts';
import type { LevelTerms } from './level-terms.ts';
import type { LevelEpisode } from './level-worlds.ts';

/**
 * The clairvoyant plan of one level. State 0 is off, states 1 to `boots` are booting with that many intervals to go,
 * state boots + 1 is on.
 */
export interface LevelPlan {
  readonly boots: number;
  readonly states: number;
  /** [interval * states + state] Cost to go of "off" less that of "on": positive where "on" is better. */
  readonly advantage: Float32Array;
  /** [interval * states + state] Cost to go; one interval more than planned, where it is 0. */
  readonly costToGo: Float32Array;
}

/** The plan's state of a level that is off (0), boots (1) with so many intervals to go, or is on (2). */
export function planState({ boots }: LevelPlan, terms: LevelTerms, mode: number, bootLeft: number): number {
  if (mode !== 1) return mode === 0 ? 0 : boots + 1;
  return Math.max(1, Math.min(boots, Math.round(bootLeft + boots - terms.bootIntervals)));
}

/**
 * Dynamic programming backwards over the states of a level (discrete right-sizing splits by level: Albers and Quedenfeld 2018).
 * The boot stands in every branch, for a launch now and for one later: with a continuation that could launch at once, waiting
 * would always look better and nothing would ever be launched.
 */
export function planLevel(episode: LevelEpisode, intervals: number, missPrice: number, discount = 1): LevelPlan {
  const { terms } = episode;
  const boots = Math.max(1, Math.ceil(terms.bootIntervals));
  const isOn = boots + 1;
  const states = boots + 2;
  const advantage = new Float32Array(intervals * states);
  const spillCosts = costsOfSpilling(episode, intervals, missPrice);
  const costToGo = new Float32Array((intervals + 1) * states);
  for (let t = intervals - 1; t >= 0; t--) {
    const after = (t + 1) * states;
    for (let state = 0; state < states; state++) {
      const stage = state === 0 ? boots : state; // "on" takes a level that is off into its first boot interval
      const bootLeft = stage === isOn ? 0 : stage - (boots - terms.bootIntervals);
      const next = stage === isOn || stage === 1 ? isOn : stage - 1;
      const leave =
        state === 0
          ? 0
          : endOfLifeCost(terms, state === isOn, state === isOn ? Number.POSITIVE_INFINITY : boots - state);
      const onCost = 1 + spillCosts[t]! * (1 - servingShare(bootLeft)) + discount * costToGo[after + next]!;
      const offCost = spillCosts[t]! + leave + discount * costToGo[after]!;
      advantage[t * states + state] = offCost - onCost;
      costToGo[t * states + state] = Math.min(offCost, onCost);
    }
  }
  return { boots, states, advantage, costToGo };
}

/** [interval] What it costs to serve nothing of the level, with cold starts as if it had been off all the time. */
function costsOfSpilling(episode: LevelEpisode, intervals: number, missPrice: number): Float32Array {
  const { terms, history, level, unitsPerRate, start } = episode;
  const result: LevelInterval = { cost: 0, missed: 0, spilled: 0 };
  const spilled = new Float32Array(intervals);
  let sinceSpill = Number.POSITIVE_INFINITY;
  for (let t = 0; t < intervals; t++) {
    const use = start + t < history.length ? history.levelUse(start + t, level, unitsPerRate) : 0;
    levelInterval(terms, use, false, 0, sinceSpill, result);
    spilled[t] = result.cost + missPrice * result.missed;
    sinceSpill = keepsWarm(result.spilled) ? 0 : sinceSpill + 1;
  }
  return spilled;
}
