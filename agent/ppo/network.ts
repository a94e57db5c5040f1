import * as tf from '@tensorflow/tfjs-core';
import { readTensor } from './device.ts';
import type { Layout } from './layout.ts';
import { disposePass, type Pass, Perceptron } from './perceptron.ts';

/** Everything, what serves the policy alone, or the value alone (with a shared trunk: the value's own layer). */
export type Part = 'all' | 'policy' | 'critic';

/** Fills the slope of a loss by the network's output, [row, options + 1]; false: no gradient is wanted after all. */
export type LossSlope = (output: Float32Array, slope: Float32Array) => boolean;

/** Parameters and gradients as plain vectors here, their copies and the matrix work on the backend. */
export class Network {
  readonly layout: Layout;
  readonly parameters: Float32Array;
  readonly gradients: Float32Array;
  readonly #perceptrons: readonly Perceptron[];
  #loaded = false;

  constructor(layout: Layout, parameters: Float32Array) {
    this.layout = layout;
    this.parameters = parameters;
    this.gradients = new Float32Array(layout.size);
    this.#perceptrons = layout.stacks.map((stack) => new Perceptron(stack));
  }

  /** To be called after the parameters were changed. */
  changed(): void {
    this.#loaded = false;
  }

  dispose(): void {
    for (const perceptron of this.#perceptrons) perceptron.dispose();
    this.#loaded = false;
  }

  /**
   * @param observations [row, feature] normalised
   * @returns [row, options + 1]: logits of every head in turn, then the value; with `critic` only the value is right, with `policy` all but it
   */
  async forward(observations: Float32Array, rows: number, part: Part = 'all'): Promise<Float32Array> {
    const passes = this.#open(observations, rows, part);
    try {
      return await this.#join(passes, rows);
    } finally {
      for (const pass of passes.values()) disposePass(pass);
    }
  }

  /** Runs forward, asks for the slope of the loss, runs backward; false if `lossSlope` wanted no gradient. */
  async differentiate(observations: Float32Array, rows: number, part: Part, lossSlope: LossSlope): Promise<boolean> {
    const passes = this.#open(observations, rows, part);
    try {
      const output = await this.#join(passes, rows);
      const slope = new Float32Array(output.length);
      if (!lossSlope(output, slope)) return false;
      this.gradients.fill(0);
      const headsOnly = part === 'critic' && this.layout.sharedTrunk;
      for (const [index, pass] of passes) {
        await this.#perceptrons[index]!.backward(pass, this.#cut(slope, rows, index), headsOnly, this.gradients);
      }
      return true;
    } finally {
      for (const pass of passes.values()) disposePass(pass);
    }
  }

  /** [index of the stack] → its pass. */
  #open(observations: Float32Array, rows: number, part: Part): Map<number, Pass> {
    if (!this.#loaded) for (const perceptron of this.#perceptrons) perceptron.load(this.parameters);
    this.#loaded = true;
    const shape: [number, number] = [rows, this.layout.observationSize];
    const values = observations.subarray(0, rows * this.layout.observationSize);
    const passes = new Map<number, Pass>();
    const last = this.#perceptrons.length - 1;
    for (let index = part === 'critic' ? last : 0; index <= (part === 'policy' ? 0 : last); index++) {
      passes.set(index, this.#perceptrons[index]!.forward(tf.tensor2d(values, shape)));
    }
    return passes;
  }

  async #join(passes: Map<number, Pass>, rows: number): Promise<Float32Array> {
    if (this.#perceptrons.length === 1) return readTensor(passes.get(0)!.output);
    const width = this.layout.options + 1;
    const joined = new Float32Array(rows * width);
    for (const [index, { output }] of passes) {
      const { outputs } = this.#perceptrons[index]!;
      const { column } = this.layout.stacks[index]!;
      const values = await readTensor(output);
      for (let row = 0; row < rows; row++) {
        joined.set(values.subarray(row * outputs, (row + 1) * outputs), row * width + column);
      }
    }
    return joined;
  }

  /** The columns of a stack. */
  #cut(slope: Float32Array, rows: number, index: number): Float32Array {
    const { outputs } = this.#perceptrons[index]!;
    const width = this.layout.options + 1;
    if (outputs === width) return slope;
    const { column } = this.layout.stacks[index]!;
    const columns = new Float32Array(rows * outputs);
    for (let row = 0; row < rows; row++) {
      columns.set(slope.subarray(row * width + column, row * width + column + outputs), row * outputs);
    }
    return columns;
  }
}
