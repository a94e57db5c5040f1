import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { LevelCrew } from '../../agent/level-crew.ts';
import type { LevelSource } from '../../agent/level-episode.ts';
import { OwnLevelShare } from '../../agent/level-share.ts';
import { selectBackend } from '../../agent/ppo/backend.ts';
import { Learner } from '../../agent/ppo/learner.ts';
import { trainingDefaults } from '../../agent/training-options.ts';
import { Random } from '../../env/random.ts';
import { levelShape } from './example-agent.ts';
import { exampleTerms, wandering } from './example-levels.ts';

const histories = [1, 2, 3].map((seed) => wandering(400, Random.seeded(seed)));
const source: LevelSource = {
  set: { histories, weights: histories.map(() => 1) },
  terms: [exampleTerms],
  spread: 0.3,
  anyService: 0.2,
  meanVms: [2, 40],
};
const hyperparameters = { ...trainingDefaults.levelHyperparameters, hidden: [8], minibatchSize: 512, klLimit: null };
/** Threads start from what the build has made. */
const built = new URL('../../dist/agent/level-thread.js', import.meta.url).href;
const { LevelThread }: typeof import('../../agent/level-thread.ts') = await import(built);

beforeAll(() => selectBackend('wasm'));

describe('a share in a thread', () => {
  test('draws, prices and differentiates what it would here, to the bit', async () => {
    const learner = Learner.create(levelShape, hyperparameters, Random.seeded(4));
    const task = { policy: learner.snapshot(), episodes: 3, multiplier: 1, seed: 5 };
    const minibatch = { part: 0, parts: 2, scale: 1, clip: 0.2, entropy: 0.01 };
    const found = [];
    for (const share of [await LevelThread.start('wasm'), new OwnLevelShare()]) {
      await share.open(source);
      const moments = await share.price(task);
      const gradients = await share.differentiate(learner.network.parameters, minibatch);
      found.push({ moments, gradients });
      await share.close();
    }
    expect(found[0]).toEqual(found[1]);
    expect(found[0]!.gradients.gradients.some((one) => one !== 0)).toBe(true);
    learner.dispose();
  });

  test('says what went wrong in it', async () => {
    const thread = await LevelThread.start('wasm');
    const parameters = new Float32Array(1);
    const nothingPriced = thread.differentiate(parameters, { part: 0, parts: 1, scale: 1, clip: 1, entropy: 0 });
    await expect(nothingPriced).rejects.toThrow(/TypeError/);
    await thread.close();
  });
});

describe('shares of an update', () => {
  test('are drawn apart, and together hold the episodes that were asked for', async () => {
    const learner = Learner.create(levelShape, hyperparameters, Random.seeded(6));
    const crew = await LevelCrew.start();
    await crew.open(source);
    const { shares } = await crew.price(learner, 5, 0, Random.seeded(7));
    expect(shares).toHaveLength(2);
    expect(shares[0]!.moments.rows).not.toBe(shares[1]!.moments.rows);
    expect((await crew.price(learner, 1, 0, Random.seeded(7))).shares).toHaveLength(1);
    await crew.close();
    learner.dispose();
  });

  test('leave no tensor behind', async () => {
    const empty = tf.memory().numTensors;
    const learner = Learner.create(levelShape, hyperparameters, Random.seeded(10));
    const crew = await LevelCrew.start();
    await crew.open(source);
    const held: number[] = [];
    for (let update = 0; update < 3; update++) {
      const { shares } = await crew.price(learner, 2, 0, Random.seeded(update));
      await learner.updateInExpectation(shares, 0);
      held.push(tf.memory().numTensors);
    }
    expect(new Set(held).size).toBe(1);
    await crew.close();
    learner.dispose();
    expect(tf.memory().numTensors).toBe(empty);
  });

  test('have together the gradient of all their rows', async () => {
    const random = Random.seeded(8);
    const count = 40;
    const observations = Float32Array.from({ length: count * levelShape.observationSize }, () => random.normal());
    const weights = Float32Array.from({ length: count }, () => 0.1 + random.uniform());
    const chances = Float32Array.from({ length: 2 * count }, () => 0.5);
    const advantages = Float32Array.from({ length: 2 * count }, (_, at) => (at % 2 === 0 ? 1 : -1) * Math.sin(at >> 1));
    const cut = (learner: Learner, from: number, to: number) =>
      learner.share({
        observations: observations.subarray(from * levelShape.observationSize, to * levelShape.observationSize),
        chances: chances.subarray(2 * from, 2 * to),
        advantages: advantages.subarray(2 * from, 2 * to),
        weights: weights.subarray(from, to),
      });
    const [whole, halves, other] = [1, 2, 3].map(() =>
      Learner.create(levelShape, { ...hyperparameters, epochs: 1 }, Random.seeded(9)),
    );
    await whole!.updateInExpectation([cut(whole!, 0, count)], 0);
    await halves!.updateInExpectation([cut(halves!, 0, 13), cut(other!, 13, count)], 0);
    const largest = Math.max(...whole!.network.gradients.map(Math.abs));
    expect(largest).toBeGreaterThan(1e-3);
    for (const [at, gradient] of whole!.network.gradients.entries()) {
      expect(Math.abs(gradient - halves!.network.gradients[at]!) / largest).toBeLessThan(1e-5);
    }
    for (const learner of [whole!, halves!, other!]) learner.dispose();
  });
});
