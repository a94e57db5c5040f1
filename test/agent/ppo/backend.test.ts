import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { selectBackend } from '../../../agent/ppo/backend.ts';
import { InputProblem } from '../../../env/problem.ts';

test('wasm computes, and leaves the process to handle its own errors', async () => {
  const before = [process.listenerCount('uncaughtException'), process.listenerCount('unhandledRejection')];
  expect(await selectBackend('wasm')).toBe('wasm');
  expect([process.listenerCount('uncaughtException'), process.listenerCount('unhandledRejection')]).toEqual(before);
  expect(tf.getBackend()).toBe('wasm');
  const sum = tf.tidy(() => tf.add(tf.tensor1d([1, 2]), 1));
  expect([...(await sum.data())]).toEqual([2, 3]);
  sum.dispose();
});

test('backends can be changed and chosen again', async () => {
  expect(await selectBackend('cpu')).toBe('cpu');
  expect(await selectBackend('wasm')).toBe('wasm');
  expect(tf.getBackend()).toBe('wasm');
});

test('a backend whose package is absent is refused by name, and passed over with the reason by auto', async () => {
  const missing: string[] = [];
  for (const backend of ['tensorflow-gpu', 'webgpu', 'tensorflow'] as const) {
    const problem = await selectBackend(backend).then(
      () => null,
      (error: unknown) => error,
    );
    if (problem === null) continue; // The machine has it.
    expect(problem).toBeInstanceOf(InputProblem);
    expect((problem as InputProblem).message).toContain(`Backend ${backend}`);
    missing.push(backend);
  }
  const told: string[] = [];
  const chosen = await selectBackend('auto', (sentence) => told.push(sentence));
  if (missing.length === 3) {
    expect(chosen).toBe('wasm');
    expect(told).toHaveLength(3);
    expect(told[0]).toMatch(/npm install .*tfjs-node-gpu/);
  }
});
