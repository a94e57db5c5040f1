import { type Dense, networkLayout } from './layout.ts';
import { Normalizer } from './normalizer.ts';
import type { NetworkSnapshot } from './snapshot.ts';
import { tanh } from './tanh.ts';
import { tanhTable } from './tanh-program.ts';
import { type TileProgram, tileProgram } from './tile-program.ts';

/** Rows worked on together, so that their activations stay in the cache; a multiple of four. */
const chunkRows = 32;

interface Layer {
  /** Width of the rows it reads. */
  readonly inputs: number;
  /** Rounded up to a multiple of four; the weights and biases beyond are 0. */
  readonly outputs: number;
  /** [output / 4, input, output % 4] What a tile reads lies together: by rows, its lines would push each other out of the cache. */
  readonly weights: Float64Array;
  readonly bias: Float64Array; // [output]
}

/**
 * The policy without TensorFlow: a checkpoint acts the same wherever it runs, in plain JavaScript or with WebAssembly's registers of two.
 * A row's logits do not depend on the rows beside it, to the bit.
 */
export class Actor {
  readonly observationSize: number;
  /** Options of all heads together. */
  readonly options: number;
  readonly heads: readonly number[];
  /** What it was made of. */
  readonly snapshot: NetworkSnapshot;
  readonly #normalizer: Normalizer;
  readonly #layers: readonly Layer[];
  /** [layer + 1] What each layer reads and the top hands on, for a chunk of rows. */
  readonly #buffers: readonly Float64Array[];
  /** Null: in plain JavaScript. */
  readonly #program: Pick<TileProgram, 'multiply' | 'tanh'> | null;
  /** What the program's tanh reads. */
  readonly #table: Float64Array;

  /** @param isPlain reckons without WebAssembly, with the same result to the bit */
  constructor(snapshot: NetworkSnapshot, isPlain = false) {
    const { shape, hyperparameters, parameters, normalizer } = snapshot;
    this.snapshot = snapshot;
    const layout = networkLayout(shape, hyperparameters);
    this.observationSize = layout.observationSize;
    this.options = layout.options;
    this.heads = layout.heads;
    this.#normalizer = Normalizer.restored(normalizer);
    const { hidden, heads } = layout.stacks[0]!;
    const stack = [...hidden, heads[0]!];
    const widths = [layout.observationSize, ...stack.map(({ outputs }) => Math.ceil(outputs / 4) * 4)];
    const numbers = widths.reduce((sum, width, at) => sum + width * (chunkRows + 1 + (widths[at + 1] ?? 0)), 0);
    const bytes = 8 * (numbers + tanhTable.length);
    const program = isPlain ? null : tileProgram(bytes);
    this.#program = program;
    const take = room(program?.buffer ?? new ArrayBuffer(bytes));
    this.#layers = stack.map((dense, at) => padded(dense, widths[at]!, widths[at + 1]!, parameters, take));
    this.#buffers = widths.map((width) => take(chunkRows * width));
    this.#table = take(tanhTable.length);
    this.#table.set(tanhTable);
  }

  /** @param observation [feature] as observed; @param into [options of all heads] */
  logits(observation: Float32Array, into: Float32Array): void {
    this.logitsBatch(observation, 1, into);
  }

  /** @param observations [row, feature] as observed; @param into [row, options of all heads] */
  logitsBatch(observations: Float32Array, count: number, into: Float32Array): void {
    const { observationSize, options } = this;
    for (let from = 0; from < count; from += chunkRows) {
      const rows = Math.min(chunkRows, count - from);
      const seen = observations.subarray(from * observationSize, (from + rows) * observationSize);
      this.#chunk(seen, rows, into.subarray(from * options, (from + rows) * options));
    }
  }

  #chunk(observations: Float32Array, rows: number, into: Float32Array): void {
    this.#normalizer.normalize(observations, rows, this.#buffers[0]!);
    for (const [index, layer] of this.#layers.entries()) {
      const input = this.#buffers[index]!;
      const output = this.#buffers[index + 1]!;
      this.#multiply(input, rows, layer, output);
      if (index < this.#layers.length - 1) this.#tanh(output, rows * layer.outputs);
    }
    const top = this.#buffers.at(-1)!;
    const width = this.#layers.at(-1)!.outputs;
    for (let row = 0; row < rows; row++) {
      for (let option = 0; option < this.options; option++) {
        into[row * this.options + option] = top[row * width + option]!;
      }
    }
  }

  #multiply(input: Float64Array, rows: number, layer: Layer, output: Float64Array): void {
    if (this.#program === null) multiply(input, rows, layer, output);
    else {
      const { inputs, outputs, weights, bias } = layer;
      const places = [weights.byteOffset, bias.byteOffset, output.byteOffset] as const;
      this.#program.multiply(input.byteOffset, rows, inputs, outputs, ...places);
    }
  }

  /** In their place; an even count. */
  #tanh(numbers: Float64Array, count: number): void {
    if (this.#program === null) for (let at = 0; at < count; at++) numbers[at] = tanh(numbers[at]!);
    else this.#program.tanh(numbers.byteOffset, numbers.byteOffset + 8 * count, this.#table.byteOffset);
  }
}

/** Arrays one behind another in a buffer. */
function room(buffer: ArrayBuffer): (length: number) => Float64Array {
  let at = 0;
  return (length) => {
    const array = new Float64Array(buffer, at, length);
    at += array.byteLength;
    return array;
  };
}

/** @param width of the rows that it reads, which are padded as the layer below is; @param columns as wide are its own; @param take gives zeros */
function padded(
  { inputs, outputs, weights, bias }: Dense,
  width: number,
  columns: number,
  parameters: Float32Array,
  take: (length: number) => Float64Array,
): Layer {
  const layer: Layer = { inputs: width, outputs: columns, weights: take(width * columns), bias: take(columns) };
  for (let output = 0; output < outputs; output++) {
    layer.bias[output] = parameters[bias + output]!;
    for (let input = 0; input < inputs; input++) {
      const at = (output - (output % 4)) * width + 4 * input + (output % 4);
      layer.weights[at] = parameters[weights + input * outputs + output]!;
    }
  }
  return layer;
}

/** z = x W + b in tiles; every sum runs over the inputs in the same order, whatever the tile. */
function multiply(x: Float64Array, rows: number, layer: Layer, into: Float64Array): void {
  let row = 0;
  for (; row + 2 <= rows; row += 2) multiplyTwo(x, row, layer, into);
  if (row < rows) multiplyOne(x, row, layer, into);
}

function multiplyTwo(x: Float64Array, row: number, layer: Layer, into: Float64Array): void {
  const { inputs, outputs, weights, bias } = layer;
  for (let column = 0; column < outputs; column += 4) {
    let a0 = bias[column]!;
    let a1 = bias[column + 1]!;
    let a2 = bias[column + 2]!;
    let a3 = bias[column + 3]!;
    let b0 = a0;
    let b1 = a1;
    let b2 = a2;
    let b3 = a3;
    const first = row * inputs;
    for (let input = 0, at = column * inputs; input < inputs; input++, at += 4) {
      const a = x[first + input]!;
      const b = x[first + inputs + input]!;
      const w0 = weights[at]!;
      const w1 = weights[at + 1]!;
      const w2 = weights[at + 2]!;
      const w3 = weights[at + 3]!;
      a0 += a * w0;
      a1 += a * w1;
      a2 += a * w2;
      a3 += a * w3;
      b0 += b * w0;
      b1 += b * w1;
      b2 += b * w2;
      b3 += b * w3;
    }
    const to = row * outputs + column;
    into[to] = a0;
    into[to + 1] = a1;
    into[to + 2] = a2;
    into[to + 3] = a3;
    into[to + outputs] = b0;
    into[to + outputs + 1] = b1;
    into[to + outputs + 2] = b2;
    into[to + outputs + 3] = b3;
  }
}

function multiplyOne(x: Float64Array, row: number, layer: Layer, into: Float64Array): void {
  const { inputs, outputs, weights, bias } = layer;
  for (let column = 0; column < outputs; column += 4) {
    let a0 = bias[column]!;
    let a1 = bias[column + 1]!;
    let a2 = bias[column + 2]!;
    let a3 = bias[column + 3]!;
    for (let input = 0, at = column * inputs; input < inputs; input++, at += 4) {
      const a = x[row * inputs + input]!;
      a0 += a * weights[at]!;
      a1 += a * weights[at + 1]!;
      a2 += a * weights[at + 2]!;
      a3 += a * weights[at + 3]!;
    }
    const to = row * outputs + column;
    into[to] = a0;
    into[to + 1] = a1;
    into[to + 2] = a2;
    into[to + 3] = a3;
  }
}
