import type { Worlds } from '../worlds.ts';

/** What some steps of many worlds gave. Everything is [time, world, …], flat. */
export interface Rollout {
  readonly steps: number;
  readonly worlds: number;
  /** [time, world, feature] Normalised as they were when the policy saw them. */
  readonly observations: Float32Array;
  /** [time, world, options of all heads] */
  readonly masks: Uint8Array;
  /** [time, world, head] */
  readonly actions: Int32Array;
  /** [time, world] */
  readonly logProbabilities: Float32Array;
  /** [time, world] */
  readonly values: Float32Array;
  /** [time, world] Penalised and scaled. */
  readonly rewards: Float32Array;
  /** [time, world] */
  readonly truncated: Uint8Array;
  /** [time, world] Value of the final observation, where truncated. */
  readonly finalValues: Float32Array;
  /** [world] Value of what is observed after the last step. */
  readonly lastValues: Float32Array;
  /** Mean reward as the worlds gave it. */
  meanReward: number;
  /** Mean violation as the worlds gave it: what the Lagrange multiplier learns from. */
  meanViolation: number;
  /** Episodes that were cut in it. */
  episodes: number;
}

export function createRollout({ count, observationSize, heads }: Worlds, steps: number): Rollout {
  const size = steps * count;
  return {
    steps,
    worlds: count,
    observations: new Float32Array(size * observationSize),
    masks: new Uint8Array(size * heads.reduce((sum, head) => sum + head, 0)),
    actions: new Int32Array(size * heads.length),
    logProbabilities: new Float32Array(size),
    values: new Float32Array(size),
    rewards: new Float32Array(size),
    truncated: new Uint8Array(size),
    finalValues: new Float32Array(size),
    lastValues: new Float32Array(count),
    meanReward: 0,
    meanViolation: 0,
    episodes: 0,
  };
}

/** Whether the buffers of a rollout can take another one of that many steps. */
export function fits(rollout: Rollout, worlds: Worlds, steps: number): boolean {
  const size = steps * worlds.count;
  return (
    rollout.steps === steps &&
    rollout.worlds === worlds.count &&
    rollout.observations.length === size * worlds.observationSize &&
    rollout.actions.length === size * worlds.heads.length
  );
}
