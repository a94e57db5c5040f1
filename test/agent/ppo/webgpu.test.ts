import { setImmediate } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, test } from 'vitest';
import { type Backend, selectBackend } from '../../../agent/ppo/backend.ts';
import { collectRollout } from '../../../agent/ppo/collect.ts';
import { LostDevice } from '../../../agent/ppo/device.ts';
import { networkLayout } from '../../../agent/ppo/layout.ts';
import { Learner } from '../../../agent/ppo/learner.ts';
import { Random } from '../../../env/random.ts';
import { coefficients, gradients, networks, shape } from './example-gradients.ts';
import { IdentityWorlds } from './identity-worlds.ts';
import { smallSettings } from './settings.ts';
import { provideVulkan } from './software-vulkan.ts';

const why = provideVulkan() ?? (await refusal());

/** A driver may be too old for Dawn. */
async function refusal(): Promise<string | null> {
  let told = '';
  const backend = await selectBackend('webgpu', (sentence) => {
    told = sentence;
  });
  return backend === 'webgpu' ? null : `skipped: ${told}`;
}

const updates = 10;

/** Mean rewards, rollout by rollout, of an agent that learns to name what it is shown. */
async function learningCurve(backend: Backend): Promise<number[]> {
  expect(await selectBackend(backend)).toBe(backend);
  const worlds = new IdentityWorlds(256, [3, 2]);
  const settings = { ...smallSettings, sharedTrunk: true, discount: 0.5, learningRate: 0.03, epochs: 2, klLimit: null };
  const learner = Learner.create(worlds, { ...settings, minibatchSize: 512 }, Random.seeded(1));
  const curve: number[] = [];
  for (let update = 0; update < updates; update++) {
    const rollout = await collectRollout(worlds, learner, 2, 0);
    curve.push(rollout.meanReward);
    await learner.update(rollout, update / updates);
  }
  learner.dispose();
  return curve;
}

describe.skipIf(why !== null)(`WebGPU without a GPU${why === null ? '' : ` (${why})`}`, { timeout: 240_000 }, () => {
  afterAll(() => selectBackend('cpu'));

  test.each(networks)(
    'has the gradients of cpu and wasm, to 1e-4, with $hidden and sharedTrunk $sharedTrunk',
    async (settings) => {
      const layout = networkLayout(shape, settings);
      const found = await gradients('webgpu', layout, coefficients);
      for (const backend of ['cpu', 'wasm'] as const) {
        const other = await gradients(backend, layout, coefficients);
        for (const [at, value] of found.gradients.entries()) {
          expect(Math.abs(value - other.gradients[at]!)).toBeLessThan(1e-4);
        }
        for (const [at, value] of found.output.entries())
          expect(Math.abs(value - other.output[at]!)).toBeLessThan(1e-4);
      }
    },
  );

  test('learns as wasm does: the same rewards at first, and as good ones in the end', async () => {
    const [gpu, wasm] = [await learningCurve('webgpu'), await learningCurve('wasm')];
    expect(gpu[0]).toBeCloseTo(wasm[0]!, 5);
    for (const [update, reward] of gpu.entries()) expect(Math.abs(reward - wasm[update]!)).toBeLessThan(0.1);
    expect(gpu[0]).toBeLessThan(0.6);
    expect(gpu.at(-1)).toBeGreaterThan(gpu[0]! + 0.2);
  });

  test('leaves no tensor behind', async () => {
    await selectBackend('webgpu');
    await gradients('webgpu', networkLayout(shape, networks[0]!), coefficients); // it keeps some of its own
    const before = tf.memory().numTensors;
    await gradients('webgpu', networkLayout(shape, networks[0]!), coefficients);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('that is lost fails in a sentence, whatever is asked of it then, and another device can be used after it', async () => {
    await selectBackend('webgpu');
    const learner = Learner.create(new IdentityWorlds(4, [3]), smallSettings, Random.seeded(2));
    const { device } = tf.backend() as unknown as { readonly device: { destroy(): void } };
    device.destroy();
    const asked = learner.logits(new Float32Array(12), 4);
    await expect(asked).rejects.toThrow(LostDevice);
    await expect(asked).rejects.toThrow(/The GPU was lost/);
    await expect(learner.save()).rejects.toThrow(LostDevice);
    await selectBackend('wasm');
    const state = Learner.create(new IdentityWorlds(4, [3]), smallSettings, Random.seeded(2));
    expect(await state.logits(new Float32Array(12), 4)).toHaveLength(12);
    expect(await selectBackend('webgpu')).toBe('webgpu');
    for (const one of [learner, state]) one.dispose();
  });

  test('that is not there is stood in for by wasm, in a sentence', async () => {
    const driver = process.env.VK_ICD_FILENAMES;
    await selectBackend('webgpu');
    (tf.backend() as unknown as { readonly device: { destroy(): void } }).device.destroy();
    await setImmediate();
    process.env.VK_ICD_FILENAMES = '/dev/null';
    const told: string[] = [];
    expect(await selectBackend('webgpu', (sentence) => told.push(sentence))).toBe('wasm');
    expect(told).toEqual([expect.stringMatching(/^Backend webgpu found no GPU .* Going on with wasm\.$/)]);
    process.env.VK_ICD_FILENAMES = driver;
  });
});
