import {
  add,
  advance,
  type Code,
  constant,
  get,
  oneAt,
  programOf,
  type Routine,
  repeat,
  set,
  shifted,
  store,
  twoAt,
  twoPlus,
  twoTimes,
} from './instructions.ts';
import { type Tanh, tanhRoutine } from './tanh-program.ts';

/** Of `rows` rows, rounded up to fours, z = x W + b; places are in bytes of the memory, W by tiles of four outputs (forward.ts). */
export type Multiply = (
  x: number,
  rows: number,
  inputs: number,
  outputs: number,
  weights: number,
  bias: number,
  into: number,
) => void;

/** As much of it as is used here: the types of Node.js leave it out. */
declare const WebAssembly: {
  readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (program: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Readonly<Record<string, unknown>> };
};

const eightTimes = (local: number): Code => shifted(get(local), 3);
const fourTimes = (local: number): Code => shifted(get(local), 2);
const plusProduct = (local: number, a: number, b: number): Code =>
  set(local, twoPlus(get(local), twoTimes(get(a), get(b))));

const [x, rows, inputs, outputs, weights, bias, into] = [0, 1, 2, 3, 4, 5, 6] as const;
const [stride, outStride, w, b, o, end] = [7, 8, 9, 10, 11, 12] as const;
/** [row of four] */
const p = [13, 14, 15, 16] as const;
/** [row of four][half of the tile] */
const sums = [
  [17, 18],
  [19, 20],
  [21, 22],
  [23, 24],
] as const;
const [left, right, seen] = [25, 26, 27] as const;

/** Four rows by four outputs at a time, two outputs to a register: each sum runs over the inputs in their order, as everywhere. */
const body: Code = [
  set(stride, eightTimes(inputs)),
  set(outStride, eightTimes(outputs)),
  repeat(
    [constant(0), get(rows)],
    set(w, get(weights)),
    set(b, get(bias)),
    set(o, get(into)),
    repeat(
      [get(o), [get(into), get(outStride), add]],
      sums.map(([first, second]) => [set(first, twoAt(get(b), 0)), set(second, twoAt(get(b), 16))]),
      set(p[0], get(x)),
      [1, 2, 3].map((row) => set(p[row]!, get(p[row - 1]!), get(stride), add)),
      set(end, get(p[1])),
      repeat(
        [get(p[0]), get(end)],
        set(left, twoAt(get(w), 0)),
        set(right, twoAt(get(w), 16)),
        sums.map(([first, second], row) => [
          set(seen, oneAt(get(p[row]!), 0)),
          plusProduct(first, seen, left),
          plusProduct(second, seen, right),
          advance(p[row]!, constant(8)),
        ]),
        advance(w, constant(32)),
      ),
      set(p[0], get(o)),
      [1, 2, 3].map((row) => set(p[row]!, get(p[row - 1]!), get(outStride), add)),
      sums.map((halves, row) => halves.map((sum, half) => store(get(p[row]!), get(sum), 16 * half))),
      advance(o, constant(32)),
      advance(b, constant(32)),
    ),
    advance(x, fourTimes(stride)),
    advance(into, fourTimes(outStride)),
    advance(rows, constant(-4 & 0x7f)),
  ),
];

const tileRoutine: Routine = {
  name: 'f',
  parameters: 7,
  integers: end - stride + 1 + p.length,
  twos: seen - sums[0][0] + 1,
  body,
};

const program = programOf([tileRoutine, tanhRoutine]);

export interface TileProgram {
  readonly buffer: ArrayBuffer;
  readonly multiply: Multiply;
  readonly tanh: Tanh;
}

/** Null: this machine has no such registers, or gives no memory. */
export function tileProgram(bytes: number): TileProgram | null {
  try {
    const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / 65_536) });
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(program), { e: { m: memory } });
    return { buffer: memory.buffer, multiply: exports.f as Multiply, tanh: exports.h as Tanh };
  } catch {
    return null;
  }
}
