import type { Layout, Stack } from '../../../agent/ppo/layout.ts';
import type { Batch, LossCoefficients } from '../../../agent/ppo/loss.ts';

/** [row][column] The network in double precision, as its definition says. */
export function referenceOutput(
  layout: Layout,
  parameters: Float64Array,
  observations: readonly number[][],
): number[][] {
  return observations.map((row) => layout.stacks.flatMap((stack) => runStack(stack, parameters, row)));
}

function runStack({ hidden, heads }: Stack, parameters: Float64Array, observation: readonly number[]): number[] {
  const top = hidden.reduce<readonly number[]>((x, layer) => affine(layer, parameters, x).map(Math.tanh), observation);
  return heads.flatMap((head) => affine(head, parameters, top));
}

function affine(layer: Stack['heads'][number], parameters: Float64Array, x: readonly number[]): number[] {
  return Array.from({ length: layer.outputs }, (_, output) =>
    x.reduce(
      (sum, value, input) => sum + value * parameters[layer.weights + input * layer.outputs + output]!,
      parameters[layer.bias + output]!,
    ),
  );
}

/** The loss of PPO as the paper writes it: −min(r A, clip(r) A) + c₁ · squared error / 2 − c₂ · entropy. */
export function referenceLoss(layout: Layout, batch: Batch, c: LossCoefficients, outputs: readonly number[][]): number {
  let loss = 0;
  for (const [row, output] of outputs.entries()) {
    let logProbability = 0;
    let entropy = 0;
    let offset = 0;
    for (const [head, size] of layout.heads.entries()) {
      const probabilities = softmax(
        output
          .slice(offset, offset + size)
          .map((z, at) => (batch.masks[row * layout.options + offset + at] ? z : -Infinity)),
      );
      logProbability += Math.log(probabilities[batch.actions[row * layout.heads.length + head]!]!);
      for (const p of probabilities) if (p > 0) entropy -= p * Math.log(p);
      offset += size;
    }
    const ratio = Math.exp(logProbability - batch.logProbabilities[row]!);
    const advantage = batch.advantages[row]!;
    loss -= Math.min(ratio * advantage, Math.min(1 + c.clip, Math.max(1 - c.clip, ratio)) * advantage);
    loss += c.value * valueLoss(batch, row, output[layout.options]!, c.valueClip) - c.entropy * entropy;
  }
  return loss / outputs.length;
}

function valueLoss(batch: Batch, row: number, value: number, limit: number | null): number {
  const free = 0.5 * (value - batch.returns[row]!) ** 2;
  if (limit === null) return free;
  const old = batch.values[row]!;
  const held = Math.min(old + limit, Math.max(old - limit, value));
  return Math.max(free, 0.5 * (held - batch.returns[row]!) ** 2);
}

function softmax(logits: readonly number[]): number[] {
  const sum = logits.reduce((total, z) => total + Math.exp(z), 0);
  return logits.map((z) => Math.exp(z) / sum);
}
