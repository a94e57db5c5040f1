import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { selectBackend } from '../../../agent/ppo/backend.ts';
import { expectedLoss } from '../../../agent/ppo/expected-loss.ts';
import { defaultHyperparameters } from '../../../agent/ppo/hyperparameters.ts';
import { Learner } from '../../../agent/ppo/learner.ts';
import { ppoLoss } from '../../../agent/ppo/loss.ts';
import { Random } from '../../../env/random.ts';

const rows = 12;
const options = 3;
const coefficients = { scale: 1, clip: 0.2, entropy: 0.05 };

/** Rows with chances, and advantages whose mean by the chances is 0. */
function example(seed: number) {
  const random = Random.seeded(seed);
  const chances = new Float32Array(rows * options);
  const advantages = new Float32Array(rows * options);
  for (let row = 0; row < rows; row++) {
    const raw = Array.from({ length: options }, () => 0.1 + random.uniform());
    const sum = raw.reduce((total, one) => total + one, 0);
    const values = raw.map(() => random.normal());
    const mean = values.reduce((total, value, option) => total + (value * raw[option]!) / sum, 0);
    chances.set(
      raw.map((one) => one / sum),
      row * options,
    );
    advantages.set(
      values.map((value) => value - mean),
      row * options,
    );
  }
  return { chances, advantages, weights: Float32Array.from({ length: rows }, () => 0.1 + random.uniform()) };
}

/** [row, options + 1] Logits of the chances, moved a little, and a value that must not matter. */
function outputNear(chances: Float32Array, by: number, random: Random): Float32Array {
  const output = new Float32Array(rows * (options + 1)).fill(7);
  for (let row = 0; row < rows; row++) {
    for (let option = 0; option < options; option++) {
      output[row * (options + 1) + option] = Math.log(chances[row * options + option]!) + by * random.normal();
    }
  }
  return output;
}

function lossOf(batch: ReturnType<typeof example>, output: Float32Array): { loss: number; slope: Float32Array } {
  const slope = new Float32Array(output.length);
  const { policyLoss, entropy } = expectedLoss(batch, coefficients, output, slope);
  return { loss: policyLoss - coefficients.entropy * entropy, slope };
}

describe('the loss in expectation', () => {
  test('has the slope that finite differences find, inside the clip range and outside', () => {
    for (const by of [0.02, 0.6]) {
      const batch = example(1);
      const output = outputNear(batch.chances, by, Random.seeded(2));
      const { slope } = lossOf(batch, output);
      for (let at = 0; at < output.length; at++) {
        const moved = (step: number) => {
          const other = output.slice();
          other[at]! += step;
          return lossOf(batch, other).loss;
        };
        expect(slope[at]).toBeCloseTo((moved(0.005) - moved(-0.005)) / 0.01, 3);
      }
    }
  });

  test('is the mean of the loss of PPO over what the policy would draw', () => {
    const batch = { ...example(3), weights: new Float32Array(rows).fill(1) };
    const output = outputNear(batch.chances, 0.1, Random.seeded(4));
    const { slope } = lossOf(batch, output);
    const mean = new Float64Array(output.length);
    // Every option of every row as if it had been drawn, by its chance.
    for (let option = 0; option < options; option++) {
      const drawn = { rows, masks: new Uint8Array(rows * options).fill(1), actions: new Int32Array(rows).fill(option) };
      const own = (values: Float32Array) =>
        Float32Array.from({ length: rows }, (_, row) => values[row * options + option]!);
      const unused = new Float32Array(rows);
      const terms = { logProbabilities: own(batch.chances).map(Math.log), advantages: own(batch.advantages) };
      const sampled = new Float32Array(output.length);
      const { clip, entropy } = coefficients;
      const settings = { clip, entropy, valueClip: null, value: 0 };
      ppoLoss(
        { observationSize: 1, heads: [options] },
        { ...drawn, ...terms, values: unused, returns: unused },
        settings,
        output,
        sampled,
        false,
      );
      for (let at = 0; at < output.length; at++) {
        const row = Math.floor(at / (options + 1));
        mean[at]! += batch.chances[row * options + option]! * sampled[at]!;
      }
    }
    for (let at = 0; at < output.length; at++) expect(slope[at]).toBeCloseTo(mean[at]!, 5);
  });

  test('knows how far the policy has moved: not at all, or by the divergence', () => {
    const batch = example(5);
    const slope = () => new Float32Array(rows * (options + 1));
    const still = outputNear(batch.chances, 0, Random.seeded(6));
    expect(expectedLoss(batch, coefficients, still, slope())).toMatchObject({
      approxKl: expect.closeTo(0, 6),
      clipFraction: 0,
      policyLoss: expect.closeTo(0, 6),
    });
    const moved = outputNear(batch.chances, 0.5, Random.seeded(6));
    expect(expectedLoss(batch, coefficients, moved, slope()).approxKl).toBeGreaterThan(0.01);
  });
});

describe('an update in expectation', () => {
  let learner: Learner;
  beforeAll(async () => {
    await selectBackend('wasm');
    const hyperparameters = {
      ...defaultHyperparameters,
      hidden: [8],
      learningRate: 0.01,
      klLimit: null,
      entropyCoefficient: 0,
    };
    learner = Learner.create({ observationSize: 2, heads: [2] }, hyperparameters, Random.seeded(7));
  });
  afterAll(() => learner.dispose());

  test('learns which option is better where, and leaves the value as it is', async () => {
    const observations = Float32Array.from({ length: 400 }, (_, at) => Math.sin(7 * at));
    const value = (await learner.values(observations, 1))[0];
    for (let update = 0; update < 60; update++) {
      const logits = await learner.logits(observations, 200);
      const chances = new Float32Array(400);
      const advantages = new Float32Array(400);
      for (let row = 0; row < 200; row++) {
        const on = 1 / (1 + Math.exp(logits[2 * row]! - logits[2 * row + 1]!));
        const gain = observations[2 * row]! > 0 ? 1 : -1;
        chances.set([1 - on, on], 2 * row);
        advantages.set([-on * gain, (1 - on) * gain], 2 * row);
      }
      const share = learner.share({ observations, chances, advantages, weights: new Float32Array(200).fill(1) });
      await learner.updateInExpectation([share], 0);
    }
    const logits = await learner.logits(observations, 200);
    let right = 0;
    for (let row = 0; row < 200; row++) {
      if (logits[2 * row + 1]! > logits[2 * row]! === observations[2 * row]! > 0) right++;
    }
    expect(right).toBeGreaterThan(185);
    expect((await learner.values(observations, 1))[0]).not.toBeNaN();
    expect(value).not.toBeNaN();
  });
});
