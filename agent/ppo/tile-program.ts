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

type Code = readonly (number | Code)[];

/* The few instructions of WebAssembly that it takes (W3C, WebAssembly Core Specification 2.0, chapter 5 "Binary Format"). */
const add = 0x6a;
const get = (local: number): Code => [0x20, local];
const set = (local: number, ...value: Code): Code => [...value, 0x21, local];
const advance = (local: number, by: Code): Code => set(local, get(local), by, add);
const constant = (value: number): Code => [0x41, value];
const eightTimes = (local: number): Code => [get(local), constant(3), 0x74];
const fourTimes = (local: number): Code => [get(local), constant(2), 0x74];
const load = (address: Code, offset: number): Code => [address, 0xfd, 0x00, 0x04, offset];
const loadTwice = (address: Code): Code => [address, 0xfd, 0x0a, 0x03, 0];
const store = (address: Code, value: Code, offset: number): Code => [address, value, 0xfd, 0x0b, 0x04, offset];
const plusProduct = (local: number, a: number, b: number): Code =>
  set(local, get(local), get(a), get(b), [0xfd, 0xf2, 0x01], [0xfd, 0xf0, 0x01]);
/** Goes round while the one is below the other. */
const repeat = (below: readonly [Code, Code], ...body: Code): Code => [0x03, 0x40, body, below, 0x48, 0x0d, 0, 0x0b];

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
      sums.map(([first, second]) => [set(first, load(get(b), 0)), set(second, load(get(b), 16))]),
      set(p[0], get(x)),
      [1, 2, 3].map((row) => set(p[row]!, get(p[row - 1]!), get(stride), add)),
      set(end, get(p[1])),
      repeat(
        [get(p[0]), get(end)],
        set(left, load(get(w), 0)),
        set(right, load(get(w), 16)),
        sums.map(([first, second], row) => [
          set(seen, loadTwice(get(p[row]!))),
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

const [function_, i32, v128, imported] = [0x60, 0x7f, 0x7b, 0x02];
const letter = (name: string): Code => [1, name.charCodeAt(0)];

const program = Uint8Array.from(
  flat([
    [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    section(1, [1, function_, 7, Array<number>(7).fill(i32), 0]),
    section(2, [1, letter('e'), letter('m'), imported, 0, 1]),
    section(3, [1, 0]),
    section(7, [1, letter('f'), 0, 0]),
    section(10, [1, sized([2, end - stride + 1 + p.length, i32, seen - sums[0][0] + 1, v128, body, 0x0b])]),
  ]),
);

function section(id: number, content: Code): Code {
  return [id, sized(content)];
}

function sized(content: Code): Code {
  const bytes = flat(content);
  return [...length(bytes.length), bytes];
}

/** LEB128. */
function length(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...length(value >>> 7)];
}

function flat(code: Code): number[] {
  return code.flatMap((one) => (typeof one === 'number' ? [one] : flat(one)));
}

/** Null: this machine has no such registers, or gives no memory. */
export function tileProgram(bytes: number): { readonly buffer: ArrayBuffer; readonly multiply: Multiply } | null {
  try {
    const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / 65_536) });
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(program), { e: { m: memory } });
    return { buffer: memory.buffer, multiply: exports.f as Multiply };
  } catch {
    return null;
  }
}
