import type { LevelModel } from './level-model.ts';

/**
 * What it costs in the end to follow a policy from every state of every interval on, by dynamic programming backwards.
 * The boot stands in every branch, for a launch now and for a later one: with a continuation that could launch at once, waiting
 * would always look better and nothing would ever be launched.
 *
 * @param chances [interval * states + state], from `from` on: how likely the policy has the level on; null: it knows the demand to come
 *   and does what is best (discrete right-sizing splits by level: Albers and Quedenfeld 2018)
 * @param gains as `chances`; filled with the cost of "off" less that of "on" if the policy is followed afterwards: "on" is better above 0
 * @returns [state] cost from the first interval on
 */
export function evaluateLevel(
  model: LevelModel,
  chances: Float32Array | null,
  gains: Float32Array,
  from = 0,
): Float64Array {
  const { intervals, states, spillCosts, unserved, next, leaving } = model;
  let after = new Float64Array(states);
  let now = new Float64Array(states);
  for (let t = intervals - 1; t >= 0; t--) {
    const spillCost = spillCosts[t]!;
    for (let state = 0; state < states; state++) {
      const at = from + t * states + state;
      const onCost = 1 + spillCost * unserved[state]! + after[next[state]!]!;
      const offCost = spillCost + leaving[state]! + after[0]!;
      gains[at] = offCost - onCost;
      now[state] = chances === null ? Math.min(onCost, offCost) : offCost - chances[at]! * (offCost - onCost);
    }
    [after, now] = [now, after];
  }
  return after;
}

/**
 * How likely a level is in every state of every interval if it follows a policy.
 *
 * @param chances, into [interval * states + state], from `from` on
 * @param start [state] probabilities in the first interval
 */
export function occupyLevel(
  model: LevelModel,
  chances: Float32Array,
  start: Float64Array,
  into: Float32Array,
  from = 0,
): void {
  const { intervals, states, next } = model;
  let now = start.slice();
  let after = new Float64Array(states);
  for (let t = 0; t < intervals; t++) {
    after.fill(0);
    for (let state = 0; state < states; state++) {
      const at = from + t * states + state;
      into[at] = now[state]!;
      const on = now[state]! * chances[at]!;
      after[next[state]!]! += on;
      after[0]! += now[state]! - on;
    }
    [now, after] = [after, now];
  }
}
