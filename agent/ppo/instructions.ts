/*
 * The few instructions of WebAssembly that the networks take (W3C, WebAssembly Core Specification 2.0, chapter 5 "Binary Format"). What begins
 * with `two` works on two numbers at once.
 */

export type Code = readonly (number | Code)[];

export const add = 0x6a;
export const get = (local: number): Code => [0x20, local];
export const set = (local: number, ...value: Code): Code => [...value, 0x21, local];
export const advance = (local: number, by: Code): Code => set(local, get(local), by, add);
export const constant = (value: number): Code => [0x41, value];
export const shifted = (value: Code, bits: number): Code => [value, constant(bits), 0x74];
/** Goes round while the one is below the other. */
export const repeat = (below: readonly [Code, Code], ...body: Code): Code => [
  ...[0x03, 0x40, body, below, 0x48, 0x0d, 0, 0x0b],
];

const onTwo = (...operation: number[]): Code => [0xfd, ...operation];
export const twoAt = (address: Code, offset: number): Code => [address, onTwo(0x00), 0x04, length(offset)];
/** One number, twice. */
export const oneAt = (address: Code, offset: number): Code => [address, onTwo(0x0a), 0x03, length(offset)];
/** Two numbers of different places. */
export const eachAt = (first: Code, second: Code, offset: number): Code => [
  ...[second, first, onTwo(0x5d), 0x03, length(offset)],
  ...[onTwo(0x57), 0x03, length(offset), 1],
];
export const store = (address: Code, value: Code, offset: number): Code => [
  ...[address, value, onTwo(0x0b), 0x04, length(offset)],
];

const binary =
  (...operation: number[]) =>
  (a: Code, b: Code): Code => [a, b, onTwo(...operation)];
export const twoLess = binary(0x49);
export const twoAtLeast = binary(0x4c);
/** What the second does not mark. */
export const twoBut = binary(0x4f);
export const twoPlus = binary(0xf0, 0x01);
export const twoMinus = binary(0xf1, 0x01);
export const twoTimes = binary(0xf2, 0x01);
export const twoOver = binary(0xf3, 0x01);
/** The second only where it is smaller. */
export const twoSmaller = binary(0xf6, 0x01);
export const twoSize = (a: Code): Code => [a, onTwo(0xec, 0x01)];
export const twoNegative = (a: Code): Code => [a, onTwo(0xed, 0x01)];
export const twoWhole = (a: Code): Code => [a, onTwo(0x7a)];
/** The one where a bit is marked, else the other. */
export const twoWhere = (marked: Code, one: Code, other: Code): Code => [one, other, marked, onTwo(0x52)];
/** Whole numbers as 32 bits each. */
export const twoIntegers = (a: Code): Code => [a, onTwo(0xfc, 0x01)];
export const integerOf = (integers: Code, index: number): Code => [integers, onTwo(0x1b), index];

export const [integerType, twoType] = [0x7f, 0x7b] as const;

export interface Routine {
  /** As it is exported. */
  readonly name: string;
  /** All of them integers. */
  readonly parameters: number;
  readonly integers: number;
  /** Locals of two numbers; after the integers. */
  readonly twos: number;
  readonly body: Code;
}

/** A program of routines that return nothing, on a memory that is given to it as `e.m`. */
export function programOf(routines: readonly Routine[]): Uint8Array {
  const [functionType, imported] = [0x60, 0x02];
  const letter = (name: string): Code => [1, name.charCodeAt(0)];
  const many = (items: readonly Code[]): Code => [items.length, items];
  const typeOf = ({ parameters }: Routine): Code => [
    ...[functionType, parameters, Array<number>(parameters).fill(integerType), 0],
  ];
  const bodyOf = ({ integers, twos, body }: Routine) => sized([2, integers, integerType, twos, twoType, body, 0x0b]);
  return Uint8Array.from(
    flat([
      [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      section(1, many(routines.map(typeOf))),
      section(2, [1, letter('e'), letter('m'), imported, 0, 1]),
      section(3, many(routines.map((_, index) => [index]))),
      section(7, many(routines.map(({ name }, index) => [letter(name), 0, index]))),
      section(10, many(routines.map(bodyOf))),
    ]),
  );
}

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
