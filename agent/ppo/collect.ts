import type { Worlds, WorldsStep } from '../worlds.ts';
import type { Learner } from './learner.ts';
import { createRollout, fits, type Rollout } from './rollout.ts';

/**
 * Lets the learner act in the worlds, and learns the normalisation of what it sees on the way.
 * A reward is what the world gave less `multiplier` × violation, then scaled (return-scaler.ts).
 *
 * @param reuse a former rollout whose buffers may be overwritten
 */
export async function collectRollout(
  worlds: Worlds,
  learner: Learner,
  steps: number,
  multiplier: number,
  reuse?: Rollout,
): Promise<Rollout> {
  const rollout = reuse && fits(reuse, worlds, steps) ? reuse : createRollout(worlds, steps);
  const observed = new Float32Array(worlds.count * worlds.observationSize);
  const result = emptyStep(worlds);
  const totals = { reward: 0, violation: 0, episodes: 0 };
  for (let time = 0; time < steps; time++) {
    await act(worlds, learner, rollout, time, observed, result);
    keep(rollout, time, result, multiplier, totals);
    await valueFinals(worlds, learner, rollout, time, result);
  }
  worlds.observe(observed);
  rollout.lastValues.set(await learner.values(observed, worlds.count));
  learner.returnScaler?.apply(rollout.rewards, rollout.truncated, worlds.count);
  rollout.meanReward = totals.reward / rollout.rewards.length;
  rollout.meanViolation = totals.violation / rollout.rewards.length;
  rollout.episodes = totals.episodes;
  return rollout;
}

function emptyStep({ count, observationSize }: Worlds): WorldsStep {
  return {
    rewards: new Float32Array(count),
    violations: new Float32Array(count),
    truncated: new Uint8Array(count),
    finalObservations: new Float32Array(count * observationSize),
  };
}

async function act(
  worlds: Worlds,
  learner: Learner,
  rollout: Rollout,
  time: number,
  observed: Float32Array,
  result: WorldsStep,
): Promise<void> {
  const { count } = worlds;
  worlds.observe(observed);
  learner.normalizer.update(observed, count);
  const seen = slice(rollout.observations, time, rollout.steps);
  learner.normalizer.normalize(observed, count, seen);
  const masks = slice(rollout.masks, time, rollout.steps);
  worlds.mask(masks);
  const actions = slice(rollout.actions, time, rollout.steps);
  await learner.choose(seen, masks, count, {
    actions,
    logProbabilities: slice(rollout.logProbabilities, time, rollout.steps),
    values: slice(rollout.values, time, rollout.steps),
  });
  worlds.step(actions, result);
}

function keep(
  rollout: Rollout,
  time: number,
  { rewards, violations, truncated }: WorldsStep,
  multiplier: number,
  totals: { reward: number; violation: number; episodes: number },
): void {
  const { worlds } = rollout;
  for (let world = 0; world < worlds; world++) {
    const at = time * worlds + world;
    rollout.rewards[at] = rewards[world]! - multiplier * violations[world]!;
    rollout.truncated[at] = truncated[world]!;
    totals.reward += rewards[world]!;
    totals.violation += violations[world]!;
    totals.episodes += truncated[world]!;
  }
}

/** Values what would have been observed next, in the worlds that were cut. */
async function valueFinals(
  { count, observationSize }: Worlds,
  learner: Learner,
  rollout: Rollout,
  time: number,
  { truncated, finalObservations }: WorldsStep,
): Promise<void> {
  const cut: number[] = [];
  for (let world = 0; world < count; world++) if (truncated[world] === 1) cut.push(world);
  if (cut.length === 0) return;
  const finals = new Float32Array(cut.length * observationSize);
  for (const [row, world] of cut.entries()) {
    const from = world * observationSize;
    finals.set(finalObservations.subarray(from, from + observationSize), row * observationSize);
  }
  const values = await learner.values(finals, cut.length);
  for (const [row, world] of cut.entries()) rollout.finalValues[time * count + world] = values[row]!;
}

/** The part of a [time, …] array that belongs to one time. */
function slice<T extends Float32Array | Int32Array | Uint8Array>(array: T, time: number, steps: number): T {
  const width = array.length / steps;
  return array.subarray(time * width, (time + 1) * width) as T;
}
