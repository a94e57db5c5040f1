import * as tf from '@tensorflow/tfjs-core';
import { readTensor } from './device.ts';
import { type FoldedLayer, fold, foldedLayers, unfoldGradient } from './fold.ts';
import type { Stack } from './layout.ts';

interface DeviceLayer {
  readonly weights: tf.Tensor2D;
  readonly bias: tf.Tensor1D;
  readonly back: tf.Tensor2D | null;
}

/** What the layers of a pass over some rows handed on; to be disposed. */
export interface Pass {
  /** [layer] What each layer read, [row, input]. */
  readonly read: readonly tf.Tensor2D[];
  /** [row, column] */
  readonly output: tf.Tensor2D;
}

/**
 * A stack on the chosen backend, with its own backward pass: tfjs-core registers no gradients in Node, and a tape would
 * run several times the kernels. Transposes are explicit, because the wasm backend multiplies transposed operands slowly.
 */
export class Perceptron {
  readonly outputs: number;
  readonly #layers: readonly FoldedLayer[];
  #device: readonly DeviceLayer[] = [];

  constructor(stack: Stack) {
    this.#layers = foldedLayers(stack);
    this.outputs = this.#layers.at(-1)!.outputs;
  }

  load(parameters: Float32Array): void {
    this.dispose();
    this.#device = this.#layers.map((layer) => {
      fold(layer, parameters);
      const { inputs, outputs, weights, bias, back } = layer;
      return {
        weights: tf.tensor2d(weights, [inputs, outputs]),
        bias: tf.tensor1d(bias),
        back: layer.readsHidden ? tf.tensor2d(back, [outputs, inputs]) : null,
      };
    });
  }

  dispose(): void {
    for (const { weights, bias, back } of this.#device) tf.dispose([weights, bias, ...(back ? [back] : [])]);
    this.#device = [];
  }

  /** @param observations [row, feature]; becomes the pass's to dispose */
  forward(observations: tf.Tensor2D): Pass {
    const read = [observations];
    for (const [index, { weights, bias }] of this.#device.entries()) {
      const activation = this.#layers[index]!.outFactor === 2 ? 'sigmoid' : 'linear';
      read.push(tf.fused.matMul({ a: read[index]!, b: weights, bias, activation }) as tf.Tensor2D);
    }
    const output = read.pop()!;
    return { read, output };
  }

  /**
   * Writes the gradients of what lies in this stack.
   *
   * @param slope [row, column] of the loss by the output
   * @param headsOnly leaves the hidden layers alone
   */
  async backward(pass: Pass, slope: Float32Array, headsOnly: boolean, gradients: Float32Array): Promise<void> {
    const rows = slope.length / this.outputs;
    // From the top down: what a layer read times its slope, then, but for the top, the slope summed over the rows.
    const tensors = tf.tidy(() => this.#products(pass, tf.tensor2d(slope, [rows, this.outputs]), headsOnly));
    const values = await Promise.all(tensors.map(readTensor));
    tf.dispose(tensors);
    const top = this.#layers.length - 1;
    unfoldGradient(this.#layers[top]!, values[0]!, true, columnSums(slope, this.outputs), gradients);
    for (let at = 1, index = top - 1; at < values.length; at += 2, index--) {
      unfoldGradient(this.#layers[index]!, values[at]!, false, values[at + 1]!, gradients);
    }
  }

  #products(pass: Pass, top: tf.Tensor2D, headsOnly: boolean): tf.Tensor[] {
    let slope = top;
    let index = this.#layers.length - 1;
    // The slope is narrow at the top, so it is what is transposed there; below, what the layer read.
    const tensors: tf.Tensor[] = [tf.matMul(tf.transpose(slope), pass.read[index]!)];
    const ones = tf.ones<tf.Rank.R2>([1, slope.shape[0]]);
    for (; !headsOnly && index > 0; index--) {
      const read = pass.read[index]!;
      slope = tf.mul(tf.matMul(slope, this.#device[index]!.back!), tf.sub(read, tf.square(read)));
      tensors.push(tf.matMul(tf.transpose(pass.read[index - 1]!), slope), tf.matMul(ones, slope));
    }
    return tensors;
  }
}

export function disposePass(pass: Pass): void {
  tf.dispose([...pass.read, pass.output]);
}

function columnSums(rows: Float32Array, columns: number): Float32Array {
  const sums = new Float64Array(columns);
  for (let at = 0; at < rows.length; at++) sums[at % columns] = sums[at % columns]! + rows[at]!;
  return Float32Array.from(sums);
}
