import { expect, test } from 'vitest';
import { tensorsAlive } from '../../../agent/ppo/tensors-alive.ts';
import { simulatedParts } from '../../../cli/simulated-parts.ts';
import { createInstruments } from '../../../controller/health/instruments.ts';
import { defaultPrices } from '../../../env/prices.ts';
import { readProfile } from '../../../env/profile.ts';
import { observationOf } from '../../controller/fakes.ts';

const gauge = async () => {
  const text = await createInstruments(new Map()).text();
  return Number(/^spillway_tensors (\d+)$/m.exec(text)![1]);
};

test('a learned policy decides without a tensor', async () => {
  const profile = await readProfile('examples/image-classifier.yaml');
  const policy = await simulatedParts().policy('ppo:checkpoints/default', profile, defaultPrices);
  const pools = profile.pools.map(() => ({ ready: 2, booting: 0 }));
  policy.decide(observationOf({ pools, arrivals: { value: Array(6).fill(40), ageSeconds: 0 } }));
  expect(tensorsAlive()).toBe(0);
  expect(await gauge()).toBe(0);
});

test('a tensor that nobody frees is counted, and no longer once it is freed', async () => {
  const tf = await import('@tensorflow/tfjs-core');
  await import('@tensorflow/tfjs-backend-cpu');
  const before = await gauge();
  const leak = tf.zeros([3]);
  expect(await gauge()).toBe(before + 1);
  leak.dispose();
  expect(await gauge()).toBe(before);
});
