import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LevelSource } from '../../agent/level-episode.ts';
import { levelFeatures } from '../../agent/level-features.ts';
import { type LevelLessons, levelLessons } from '../../agent/level-teacher.ts';
import { LevelWorlds } from '../../agent/level-worlds.ts';
import { selectBackend } from '../../agent/ppo/backend.ts';
import { Actor } from '../../agent/ppo/forward.ts';
import { Learner } from '../../agent/ppo/learner.ts';
import { sharpen } from '../../agent/sharpen.ts';
import { trainingDefaults } from '../../agent/training-options.ts';
import { Random } from '../../env/random.ts';
import { levelShape } from './example-agent.ts';
import { exampleTerms, wandering } from './example-levels.ts';

/** Demand that wanders slowly: other stretches to learn from than to be judged on. */
function source(firstSeed: number): LevelSource {
  const histories = Array.from({ length: 12 }, (_, index) => wandering(600, Random.seeded(firstSeed + index)));
  return {
    set: { histories, weights: histories.map(() => 1) },
    terms: [exampleTerms],
    spread: 0.1,
    anyService: 0,
    meanVms: [2, 40],
  };
}

let learner: Learner;
let imitated: Actor;

beforeAll(async () => {
  await selectBackend('wasm');
  const hyperparameters = { ...trainingDefaults.levelHyperparameters, hidden: [32, 32] };
  learner = Learner.create(levelShape, hyperparameters, Random.seeded(1));
  const { observations, masks, labels, weights } = levelLessons(source(1), 200, 0, Random.seeded(2));
  const options = { epochs: 3, minibatchSize: 1024, learningRate: 2e-3 };
  await learner.imitate(observations, masks, labels, weights, options);
  imitated = new Actor(await learner.save());
});
afterAll(() => learner.dispose());

/** Weighted share of the lessons in which a network does what hindsight would. */
function agreement(actor: Actor, { observations, labels, weights }: LevelLessons): number {
  const logits = new Float32Array(2 * labels.length);
  actor.logitsBatch(observations, labels.length, logits);
  let agreed = 0;
  let total = 0;
  for (const [row, label] of labels.entries()) {
    const choice = logits[2 * row + 1]! > logits[2 * row]! ? 1 : 0;
    if (choice === label) agreed += weights[row]!;
    total += weights[row]!;
  }
  return agreed / total;
}

/** Mean reward per step of levels that act by a rule, in demand that is new to the network. */
function meanReward(choose: (seen: Float32Array, count: number) => Int32Array): number {
  const count = 100;
  const worlds = new LevelWorlds(source(1000), 0.99, count, Random.seeded(3));
  const seen = new Float32Array(count * levelFeatures.length);
  const result = {
    rewards: new Float32Array(count),
    violations: new Float32Array(count),
    truncated: new Uint8Array(count),
    finalObservations: new Float32Array(seen.length),
  };
  let sum = 0;
  for (let step = 0; step < 300; step++) {
    worlds.observe(seen);
    worlds.step(choose(seen, count), result);
    for (const reward of result.rewards) sum += reward;
  }
  return sum / (300 * count);
}

function likeliest(actor: Actor) {
  return (seen: Float32Array, count: number) => {
    const logits = new Float32Array(2 * count);
    actor.logitsBatch(seen, count, logits);
    return Int32Array.from({ length: count }, (_, world) => (logits[2 * world + 1]! > logits[2 * world]! ? 1 : 0));
  };
}

describe('after the lessons alone', () => {
  test('the policy agrees with hindsight far beyond any constant answer, on demand it has never seen', () => {
    const fresh = levelLessons(source(1000), 60, 0, Random.seeded(4));
    const always = [0, 1].map((label) => {
      const agreed = fresh.weights.reduce((sum, weight, row) => sum + (fresh.labels[row] === label ? weight : 0), 0);
      return agreed / fresh.weights.reduce((sum, weight) => sum + weight, 0);
    });
    expect(Math.max(...always)).toBeLessThan(0.75);
    expect(agreement(imitated, fresh)).toBeGreaterThan(0.85); // it was 0.896
  });

  test('its levels cost less than levels that are always on, always off, or on while they were just used', () => {
    const learned = meanReward(likeliest(imitated));
    const use = levelFeatures.indexOf('use of the level 1 back');
    const rivals = [
      meanReward((_, count) => new Int32Array(count)),
      meanReward((_, count) => new Int32Array(count).fill(1)),
      meanReward((seen, count) =>
        Int32Array.from({ length: count }, (_, world) => (seen[world * levelFeatures.length + use]! > 0.25 ? 1 : 0)),
      ),
    ];
    for (const rival of rivals) expect(learned).toBeGreaterThan(rival);
  });

  test('sharpening makes it surer of the same choices', async () => {
    const state = await learner.save();
    const sharp = new Actor(sharpen(state, 4));
    const { observations } = levelLessons(source(1000), 2, 0, Random.seeded(5));
    const rows = observations.length / levelFeatures.length;
    const [before, after] = [new Float32Array(2 * rows), new Float32Array(2 * rows)];
    imitated.logitsBatch(observations, rows, before);
    sharp.logitsBatch(observations, rows, after);
    for (let at = 0; at < 2 * rows; at++) expect(after[at]).toBeCloseTo(4 * before[at]!, 3);
    expect(sharpen(state, 4).parameters).not.toBe(state.parameters);
  });
});
