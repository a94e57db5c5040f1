import { afterAll, describe, expect, test } from 'vitest';
import { selectBackend } from '../../../agent/ppo/backend.ts';
import { initialParameters } from '../../../agent/ppo/initialization.ts';
import { type Layout, networkLayout } from '../../../agent/ppo/layout.ts';
import type { LossCoefficients } from '../../../agent/ppo/loss.ts';
import { Random } from '../../../env/random.ts';
import { coefficients, gradients, networks, rows, shape, someBatch, someParameters } from './example-gradients.ts';
import { referenceLoss, referenceOutput } from './reference-loss.ts';

function finiteDifferences(layout: Layout, c: LossCoefficients): Float64Array {
  const { batch, observations } = someBatch(layout);
  const seen = Array.from({ length: rows }, (_, row) => [...observations.subarray(row * 5, row * 5 + 5)]);
  const parameters = Float64Array.from(someParameters(layout));
  const loss = () => referenceLoss(layout, batch, c, referenceOutput(layout, parameters, seen));
  return parameters.map((value, at) => {
    parameters[at] = value + 1e-5;
    const above = loss();
    parameters[at] = value - 1e-5;
    const below = loss();
    parameters[at] = value;
    return (above - below) / 2e-5;
  });
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = 0;
  for (let at = 0; at < a.length; at++)
    largest = Math.max(largest, Math.abs(a[at]! - b[at]!) / (1e-3 + Math.abs(b[at]!)));
  return largest;
}

afterAll(() => selectBackend('cpu'));

describe.each(networks)('a network with $hidden and sharedTrunk $sharedTrunk', (settings) => {
  const layout = networkLayout(shape, settings);

  test.each([null, 0.3])('has the gradients that finite differences give, with value clip %s', async (valueClip) => {
    const c = { ...coefficients, valueClip };
    const { gradients: own } = await gradients('cpu', layout, c);
    expect(largestDifference(own, finiteDifferences(layout, c))).toBeLessThan(1e-3);
  });

  test('computes on wasm what it computes on cpu', async () => {
    const cpu = await gradients('cpu', layout, coefficients);
    const wasm = await gradients('wasm', layout, coefficients);
    for (const [at, value] of wasm.output.entries()) expect(Math.abs(value - cpu.output[at]!)).toBeLessThan(1e-5);
    for (const [at, value] of wasm.gradients.entries()) expect(Math.abs(value - cpu.gradients[at]!)).toBeLessThan(1e-5);
  });

  test('has, for the critic alone, the same gradients there and none for the policy', async () => {
    const whole = await gradients('cpu', layout, coefficients);
    const critic = await gradients('cpu', layout, coefficients, 'critic');
    expect(critic.gradients.subarray(0, layout.criticOffset).every((value) => value === 0)).toBe(true);
    const own = critic.gradients.subarray(layout.criticOffset);
    expect(largestDifference(own, whole.gradients.subarray(layout.criticOffset))).toBeLessThan(1e-5);
  });

  test('has no parameter that it does not use, and no two in one place', () => {
    const owners = new Uint8Array(layout.size);
    for (const { inputs, outputs, weights, bias } of layout.layers) {
      for (let at = weights; at < weights + inputs * outputs; at++) owners[at] = owners[at]! + 1;
      for (let at = bias; at < bias + outputs; at++) owners[at] = owners[at]! + 1;
    }
    expect(owners.every((count) => count === 1)).toBe(true);
  });
});

test('initial weights are orthogonal with the gain of their layer, biases 0, and the first policy nearly uniform', () => {
  const layout = networkLayout({ observationSize: 6, heads: [4] }, { hidden: [10, 8], sharedTrunk: true });
  const parameters = initialParameters(layout, Random.seeded(1));
  const gains: Record<string, number> = { policy: 0.01, value: 1 };
  for (const { name, inputs, outputs, weights, bias } of layout.layers) {
    const gain = gains[name] ?? Math.SQRT2;
    const tall = inputs >= outputs;
    const vector = (index: number) =>
      Array.from(
        { length: tall ? inputs : outputs },
        (_, at) => parameters[weights + (tall ? at * outputs + index : index * outputs + at)]!,
      );
    for (let a = 0; a < Math.min(inputs, outputs); a++) {
      for (let b = 0; b <= a; b++) {
        const product = vector(a).reduce((sum, value, at) => sum + value * vector(b)[at]!, 0);
        expect(product / gain ** 2).toBeCloseTo(a === b ? 1 : 0, 5);
      }
    }
    expect(parameters.subarray(bias, bias + outputs).every((value) => value === 0)).toBe(true);
  }
});
