import { beforeAll, describe, expect, test } from 'vitest';
import { selectBackend } from '../../../agent/ppo/backend.ts';
import { Actor } from '../../../agent/ppo/forward.ts';
import { Learner } from '../../../agent/ppo/learner.ts';
import { tileProgram } from '../../../agent/ppo/tile-program.ts';
import { Random } from '../../../env/random.ts';
import { smallSettings } from './settings.ts';

beforeAll(async () => {
  await selectBackend('wasm');
});

const rows = 75;
const shape = { observationSize: 7, heads: [3, 2] };
const networks = [
  { sharedTrunk: true, hidden: [13, 9] },
  { sharedTrunk: false, hidden: [16, 6] },
  { sharedTrunk: true, hidden: [] },
];

async function example(settings: { sharedTrunk: boolean; hidden: number[] }) {
  const random = Random.seeded(9);
  const learner = Learner.create(shape, { ...smallSettings, ...settings }, random);
  const { parameters } = learner.network;
  for (let at = 0; at < parameters.length; at++) parameters[at] = parameters[at]! + 0.3 * random.normal();
  const observations = Float32Array.from({ length: rows * 7 }, () => 5 + 3 * random.normal());
  learner.normalizer.update(observations, rows);
  const actor = new Actor(await learner.save());
  const logits = new Float32Array(rows * 5);
  actor.logitsBatch(observations, rows, logits);
  return { learner, actor, observations, logits };
}

test('WebAssembly with registers of two is there, so that what follows speaks of both', () => {
  expect(tileProgram(8)).not.toBeNull();
});

describe.each(networks)('an actor with $hidden and sharedTrunk $sharedTrunk', (settings) => {
  test('gives the logits that the network gives', async () => {
    const { learner, observations, logits } = await example(settings);
    const normalized = new Float32Array(observations.length);
    learner.normalizer.normalize(observations, rows, normalized);
    const output = await learner.network.forward(normalized, rows);
    for (const [at, logit] of logits.entries()) {
      expect(Math.abs(logit - output[Math.floor(at / 5) * 6 + (at % 5)]!)).toBeLessThan(1e-5);
    }
    learner.dispose();
  });

  test('gives the same logits with and without WebAssembly, to the bit', async () => {
    const { learner, observations, logits } = await example(settings);
    const plain = new Actor(await learner.save(), true);
    for (const count of [1, 2, 3, 4, 33, rows]) {
      const told = new Float32Array(count * 5);
      plain.logitsBatch(observations, count, told);
      expect(told).toEqual(logits.slice(0, count * 5));
    }
    learner.dispose();
  });

  test('gives a row the same logits alone as in company, to the bit', async () => {
    const { actor, observations, logits } = await example(settings);
    const alone = new Float32Array(5);
    for (let row = 0; row < rows; row++) {
      actor.logits(observations.subarray(row * 7, row * 7 + 7), alone);
      expect(alone).toEqual(logits.slice(row * 5, row * 5 + 5));
    }
  });
});
