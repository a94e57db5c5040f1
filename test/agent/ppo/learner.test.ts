import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { selectBackend } from '../../../agent/ppo/backend.ts';
import { collectRollout } from '../../../agent/ppo/collect.ts';
import type { Hyperparameters } from '../../../agent/ppo/hyperparameters.ts';
import { Learner } from '../../../agent/ppo/learner.ts';
import type { Worlds, WorldsStep } from '../../../agent/worlds.ts';
import { Random } from '../../../env/random.ts';
import { IdentityWorlds } from './identity-worlds.ts';
import { smallSettings } from './settings.ts';

beforeAll(async () => {
  await selectBackend('wasm');
});

async function train(learner: Learner, worlds: Worlds, updates: number, steps = 16): Promise<void> {
  for (let update = 0; update < updates; update++) {
    await learner.update(await collectRollout(worlds, learner, steps, 0), update / updates);
  }
}

/** Pays 1 for whatever is done, for ever; episodes are cut after ten steps. */
class ConstantWorlds implements Worlds {
  readonly count = 16;
  readonly observationSize = 1;
  readonly heads = [2];
  #time = 0;
  observe(into: Float32Array): void {
    into.fill(1);
  }
  mask(into: Uint8Array): void {
    into.fill(1);
  }
  step(_actions: Int32Array, result: WorldsStep): void {
    result.rewards.fill(1);
    result.violations.fill(0);
    result.truncated.fill(++this.#time % 10 === 0 ? 1 : 0);
    result.finalObservations.fill(1);
  }
}

describe.each([true, false])('an agent with sharedTrunk %s', (sharedTrunk) => {
  const settings: Hyperparameters = { ...smallSettings, sharedTrunk };

  test('learns to name what it is shown, on two heads', async () => {
    const worlds = new IdentityWorlds(32, [3, 2]);
    const learner = Learner.create(
      worlds,
      { ...settings, discount: 0.5, learningRate: 0.01, klLimit: null },
      Random.seeded(1),
    );
    const before = (await collectRollout(worlds, learner, 16, 0)).meanReward;
    await train(learner, worlds, 25);
    const after = (await collectRollout(worlds, learner, 16, 0)).meanReward;
    expect(before).toBeLessThan(0.6);
    expect(after).toBeGreaterThan(0.97);
    learner.dispose();
  });

  test('the same seed gives the same weights, to the bit; another seed others', async () => {
    const weights = async (seed: number) => {
      const worlds = new IdentityWorlds(8, [3]);
      const learner = Learner.create(worlds, settings, Random.seeded(seed));
      await train(learner, worlds, 3);
      learner.dispose();
      return learner.network.parameters;
    };
    const first = await weights(1);
    expect(await weights(1)).toEqual(first);
    expect(await weights(2)).not.toEqual(first);
  });

  test('going on from a saved state is going on, to the bit', async () => {
    const worlds = new IdentityWorlds(8, [3]);
    const twin = new IdentityWorlds(8, [3]);
    const learner = Learner.create(worlds, settings, Random.seeded(1));
    const other = Learner.create(twin, settings, Random.seeded(1));
    await train(learner, worlds, 2);
    await train(other, twin, 2);
    const resumed = Learner.restore(await other.save());
    await train(learner, worlds, 2);
    await train(resumed, twin, 2);
    expect(await resumed.save()).toEqual(await learner.save());
    for (const one of [learner, other, resumed]) one.dispose();
  });

  test('every weight moves in an update, and none of the policy in one of the critic alone', async () => {
    const worlds = new IdentityWorlds(16, [3, 2]);
    const learner = Learner.create(worlds, settings, Random.seeded(1));
    const rollout = await collectRollout(worlds, learner, 16, 0);
    const { criticOffset } = learner.network.layout;
    const start = learner.network.parameters.slice();
    await learner.update(rollout, 0, { criticOnly: true });
    const between = learner.network.parameters.slice();
    expect(between.subarray(0, criticOffset)).toEqual(start.subarray(0, criticOffset));
    expect(between.subarray(criticOffset).every((value, at) => value !== start[criticOffset + at])).toBe(true);
    await learner.update(rollout, 0);
    expect(learner.network.parameters.every((value, at) => value !== between[at])).toBe(true);
    learner.dispose();
  });

  test('updates leave no tensor behind', async () => {
    const worlds = new IdentityWorlds(16, [3, 2]);
    const empty = tf.memory().numTensors;
    const learner = Learner.create(worlds, settings, Random.seeded(1));
    await train(learner, worlds, 1);
    await learner.act(new Float32Array(5), new Uint8Array(5).fill(1), 1);
    const held = tf.memory().numTensors;
    await train(learner, worlds, 3);
    await learner.act(new Float32Array(5), new Uint8Array(5).fill(1), 1);
    expect(tf.memory().numTensors).toBe(held);
    learner.dispose();
    expect(tf.memory().numTensors).toBe(empty);
  });

  test("a teacher is imitated, and the critic's own weights stay as they are", async () => {
    const worlds = new IdentityWorlds(256, [3, 2], { forbid: true });
    const learner = Learner.create(worlds, settings, Random.seeded(1));
    const observations = new Float32Array(256 * 5);
    const masks = new Uint8Array(256 * 5);
    worlds.observe(observations);
    worlds.mask(masks);
    const labels = Int32Array.from({ length: 512 }, (_, at) => {
      const row = observations.subarray((at >> 1) * 5, (at >> 1) * 5 + 5);
      return at % 2 === 0 ? row.subarray(0, 3).indexOf(1) : row[3] === 1 ? 0 : 1;
    });
    const before = learner.network.parameters.slice(learner.network.layout.criticOffset);
    const options = { epochs: 40, minibatchSize: 64, learningRate: 0.01 };
    const { loss, accuracy } = await learner.imitate(
      observations,
      masks,
      labels,
      new Float32Array(256).fill(2),
      options,
    );
    expect(accuracy).toBe(1);
    expect(loss).toBeLessThan(0.1);
    expect(learner.network.parameters.slice(learner.network.layout.criticOffset)).toEqual(before);
    learner.dispose();
  });
});

test('masked options are never drawn, even where the logits want nothing else', async () => {
  const worlds = new IdentityWorlds(64, [3, 2], { forbid: true });
  const learner = Learner.create(worlds, smallSettings, Random.seeded(1));
  const { layers } = learner.network.layout;
  learner.network.parameters.fill(0);
  learner.network.parameters[layers.find(({ name }) => name === 'policy')!.bias + 1] = 50;
  const observations = new Float32Array(64 * 5);
  const masks = new Uint8Array(64 * 5);
  for (let repeat = 0; repeat < 20; repeat++) {
    worlds.observe(observations);
    worlds.mask(masks);
    const { actions, logProbabilities } = await learner.act(observations, masks, 64);
    for (let world = 0; world < 64; world++) {
      expect(actions[world * 2]).not.toBe(worlds.forbidden(world));
      expect(logProbabilities[world]).toBeLessThanOrEqual(0);
    }
    worlds.step(actions, {
      rewards: new Float32Array(64),
      violations: new Float32Array(64),
      truncated: new Uint8Array(64),
      finalObservations: new Float32Array(64 * 5),
    });
  }
  learner.dispose();
});

test('options are drawn as often as their probabilities say', async () => {
  const shape = { observationSize: 1, heads: [3] };
  const learner = Learner.create(shape, { ...smallSettings, hidden: [] }, Random.seeded(1));
  const { layers } = learner.network.layout;
  learner.network.parameters.fill(0);
  const logits = [0.1, 0.2, 0.7].map(Math.log);
  learner.network.parameters.set(logits, layers[0]!.bias);
  const draws = 20_000;
  const { actions, logProbabilities } = await learner.act(
    new Float32Array(draws),
    new Uint8Array(3 * draws).fill(1),
    draws,
  );
  for (const [option, probability] of [0.1, 0.2, 0.7].entries()) {
    const share = actions.filter((action) => action === option).length / draws;
    expect(Math.abs(share - probability)).toBeLessThan(4 * Math.sqrt((probability * (1 - probability)) / draws));
  }
  expect(logProbabilities[0]).toBeCloseTo(logits[actions[0]!]!, 5);
  learner.dispose();
});

test('reward 1 for ever is worth 1 / (1 − γ), which no value reaches that ends with the episode', async () => {
  const settings = { ...smallSettings, discount: 0.9, scaleRewards: false, learningRate: 0.02, klLimit: null };
  const worlds = new ConstantWorlds();
  const learner = Learner.create(worlds, settings, Random.seeded(1));
  await train(learner, worlds, 60, 20);
  const [value] = await learner.values(Float32Array.of(1), 1);
  expect(Math.abs(value! - 1 / (1 - 0.9))).toBeLessThan(0.5);

  // The usual mistake: a cut taken for an end, after which nothing comes.
  const mistaken = Learner.create(worlds, settings, Random.seeded(1));
  for (let update = 0; update < 60; update++) {
    const rollout = await collectRollout(worlds, mistaken, 20, 0);
    rollout.finalValues.fill(0);
    await mistaken.update(rollout, update / 60);
  }
  const [wrong] = await mistaken.values(Float32Array.of(1), 1);
  expect(wrong!).toBeLessThan(8);
  for (const one of [learner, mistaken]) one.dispose();
});

test('violations lower the rewards by the multiplier, and are reported as they came', async () => {
  const worlds = new IdentityWorlds(8, [2]);
  const learner = Learner.create(worlds, { ...smallSettings, scaleRewards: false }, Random.seeded(1));
  const rollout = await collectRollout(worlds, learner, 16, 3);
  const mean = rollout.rewards.reduce((sum, reward) => sum + reward, 0) / rollout.rewards.length;
  expect(rollout.meanViolation).toBe(0.5);
  expect(mean).toBeCloseTo(rollout.meanReward - 3 * 0.5, 5);
  expect(rollout.episodes).toBe(8);
  learner.dispose();
});

test('an update reports its numbers, anneals, and ends early where the policy moves too far', async () => {
  const worlds = new IdentityWorlds(16, [3]);
  const learner = Learner.create(worlds, { ...smallSettings, klLimit: 1e-6 }, Random.seeded(1));
  const rollout = await collectRollout(worlds, learner, 16, 0);
  const statistics = await learner.update(rollout, 0.75);
  expect(statistics.stoppedByKl).toBe(true);
  expect(statistics.minibatches).toBeLessThan(16);
  expect(statistics.learningRate).toBeCloseTo(0.25 * smallSettings.learningRate, 12);
  expect(statistics.entropyCoefficient).toBeCloseTo(0.25 * smallSettings.entropyCoefficient, 12);
  expect(statistics.entropy).toBeCloseTo(Math.log(3), 2);
  expect(statistics.approxKl).toBeLessThan(1e-6);
  expect(await collectRollout(worlds, learner, 16, 0, rollout)).toBe(rollout);
  learner.dispose();
});

test.each([
  [{ discount: 1 }, 'Hyper-parameter discount is 1: it must be from 0 to below 1.'],
  [{ minibatchSize: 0.5 }, 'Hyper-parameter minibatchSize is 0.5: it must be a whole number of at least 1.'],
  [{ hidden: [64, 0] }, 'Hyper-parameter hidden is 0: it must be whole widths of at least 1.'],
])('%j is refused in a sentence', (wrong, sentence) => {
  const shape = { observationSize: 1, heads: [2] };
  expect(() => Learner.create(shape, { ...smallSettings, ...wrong }, Random.seeded(1))).toThrow(sentence);
});
