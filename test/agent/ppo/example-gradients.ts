import { type Backend, selectBackend } from '../../../agent/ppo/backend.ts';
import { initialParameters } from '../../../agent/ppo/initialization.ts';
import type { Layout } from '../../../agent/ppo/layout.ts';
import { type Batch, type LossCoefficients, ppoLoss } from '../../../agent/ppo/loss.ts';
import { Network, type Part } from '../../../agent/ppo/network.ts';
import { Random } from '../../../env/random.ts';

export const rows = 24;
export const shape = { observationSize: 5, heads: [3, 2, 4] };
export const coefficients: LossCoefficients = { clip: 0.2, valueClip: null, value: 0.5, entropy: 0.05 };
export const networks = [
  { sharedTrunk: true, hidden: [7, 6] },
  { sharedTrunk: false, hidden: [7, 6] },
  { sharedTrunk: true, hidden: [] },
  { sharedTrunk: false, hidden: [9] },
];

/** Weights and biases as far from their beginnings as training would take them. */
export function someParameters(layout: Layout): Float32Array {
  const random = Random.seeded(7, 'parameters');
  return initialParameters(layout, random).map((value) => value + 0.4 * random.normal());
}

export function someBatch(layout: Layout): { batch: Batch; observations: Float32Array } {
  const random = Random.seeded(8, 'batch');
  const floats = (count: number) => Float32Array.from({ length: count }, () => random.normal());
  const actions = Int32Array.from({ length: rows * 3 }, (_, at) => random.below(layout.heads[at % 3]!));
  const masks = Uint8Array.from({ length: rows * layout.options }, () => (random.uniform() < 0.8 ? 1 : 0));
  for (let row = 0; row < rows; row++) {
    for (const [head, offset] of [0, 3, 5].entries())
      masks[row * layout.options + offset + actions[row * 3 + head]!] = 1;
  }
  return {
    observations: floats(rows * shape.observationSize),
    batch: {
      rows,
      masks,
      actions,
      logProbabilities: floats(rows).map((value) => -2.5 + 0.5 * value),
      values: floats(rows),
      advantages: floats(rows),
      returns: floats(rows),
    },
  };
}

/** Of the loss of PPO on the batch, and what the network says, as a backend finds them. */
export async function gradients(backend: Backend, layout: Layout, c: LossCoefficients, part: Part = 'all') {
  await selectBackend(backend);
  const network = new Network(layout, someParameters(layout));
  const { batch, observations } = someBatch(layout);
  await network.differentiate(observations, rows, part, (output, slope) => {
    ppoLoss(layout, batch, c, output, slope, part === 'critic');
    return true;
  });
  const output = await network.forward(observations, rows);
  network.dispose();
  return { gradients: network.gradients, output };
}
