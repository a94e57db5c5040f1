import type { Dense, Stack } from './layout.ts';

/**
 * Backends run tanh slowly (one wasm core: 15 ms for 4096 × 128) but a matrix product with a fused logistic σ fast
 * (0.7 ms), so tanh is spelt with it: h = tanh z = 2σ(2z) − 1. What a hidden layer hands on is s = σ(2z), and the
 * factors and the −1 are folded into the next weights, exactly:
 *   hidden: 2z = s (4 W) + 2 (b − 1ᵀW)      first: 2z = x (2 W) + 2 b      top: z = s (2 W) + b − 1ᵀW
 * Backwards dh/dz = 4 (s − s²), and dW = hᵀ dz = 2 sᵀ dz − 1 ⊗ db.
 */
export interface FoldedLayer {
  readonly inputs: number;
  readonly outputs: number;
  /** The layers that lie side by side in it: one, or both heads. */
  readonly parts: readonly Dense[];
  /** What it reads is s of the layer below, not the observation. */
  readonly readsHidden: boolean;
  /** 2 where σ follows, else 1. */
  readonly outFactor: number;
  /** [input, output] */
  readonly weights: Float32Array;
  /** [output] */
  readonly bias: Float32Array;
  /** [output, input] 4 Wᵀ: leads a slope of z back to one of the layer below, up to the factor s − s². */
  readonly back: Float32Array;
}

export function foldedLayers(stack: Stack): FoldedLayer[] {
  const rows = [...stack.hidden.map((dense) => [dense]), [...stack.heads]];
  return rows.map((parts, index) => {
    const { inputs } = parts[0]!;
    const outputs = parts.reduce((sum, part) => sum + part.outputs, 0);
    return {
      inputs,
      outputs,
      parts,
      readsHidden: index > 0,
      outFactor: index < stack.hidden.length ? 2 : 1,
      weights: new Float32Array(inputs * outputs),
      bias: new Float32Array(outputs),
      back: new Float32Array(index > 0 ? outputs * inputs : 0),
    };
  });
}

/** Fills the folded weights from the parameter vector. */
export function fold(layer: FoldedLayer, parameters: Float32Array): void {
  let column = 0;
  for (const part of layer.parts) {
    for (let output = 0; output < part.outputs; output++) foldColumn(layer, part, output, column++, parameters);
  }
}

function foldColumn(layer: FoldedLayer, part: Dense, output: number, column: number, parameters: Float32Array): void {
  const { inputs, outputs, readsHidden, outFactor } = layer;
  const factor = outFactor * (readsHidden ? 2 : 1);
  let sum = 0;
  for (let input = 0; input < inputs; input++) {
    const weight = parameters[part.weights + input * part.outputs + output]!;
    sum += weight;
    layer.weights[input * outputs + column] = factor * weight;
    if (readsHidden) layer.back[column * inputs + input] = 4 * weight;
  }
  layer.bias[column] = outFactor * (parameters[part.bias + output]! - (readsHidden ? sum : 0));
}

/**
 * Writes a layer's gradient into the gradient vector.
 *
 * @param product [input, output], or [output, input] if `turned`: what the layer read, transposed, times the slope of z
 * @param bias [output] the slope of z summed over the rows
 */
export function unfoldGradient(
  layer: FoldedLayer,
  product: Float32Array,
  turned: boolean,
  bias: Float32Array,
  gradients: Float32Array,
): void {
  const { inputs, outputs, readsHidden } = layer;
  const acrossInputs = turned ? 1 : outputs;
  const acrossOutputs = turned ? inputs : 1;
  const factor = readsHidden ? 2 : 1;
  let column = 0;
  for (const part of layer.parts) {
    for (let output = 0; output < part.outputs; output++, column++) {
      const shift = readsHidden ? bias[column]! : 0;
      for (let input = 0; input < inputs; input++) {
        gradients[part.weights + input * part.outputs + output] =
          factor * product[input * acrossInputs + column * acrossOutputs]! - shift;
      }
      gradients[part.bias + output] = bias[column]!;
    }
  }
}
