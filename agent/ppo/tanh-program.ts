import {
  add,
  advance,
  type Code,
  constant,
  eachAt,
  get,
  integerOf,
  oneAt,
  type Routine,
  repeat,
  set,
  shifted,
  store,
  twoAt,
  twoAtLeast,
  twoBut,
  twoIntegers,
  twoLess,
  twoMinus,
  twoNegative,
  twoOver,
  twoPlus,
  twoSize,
  twoSmaller,
  twoTimes,
  twoWhere,
  twoWhole,
} from './instructions.ts';
import { halfLn2, inverseLn2, largest, leastPower, ln2High, ln2Low, polynomial, powers, smallest } from './tanh.ts';

/** Of the numbers from `from` to `end`, an even count, in their place; all are places in bytes of the memory, `table` that of `tanhTable`. */
export type Tanh = (from: number, end: number, table: number) => void;

const constants = [
  ...[-0, 0.5, -0.5, 1, 2, 3, 6],
  ...[ln2High, ln2Low, inverseLn2, halfLn2, largest, smallest],
  ...polynomial,
];

/** What the routine reads beside its numbers: constants cost least in memory. */
export const tanhTable = Float64Array.from([...constants, ...powers]);

const [from, end, table, first, second] = [0, 1, 2, 3, 4] as const;
const [value, size, isBig, a, power, high, low, x, cut, half, square, sum, t, e, grown, q] = [
  ...[5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20],
] as const;

const number = (one: number): Code => oneAt(get(table), 8 * constants.findIndex((other) => Object.is(other, one)));
/** Of the powers of two that both numbers have. */
const term = (index: number): Code => eachAt(get(first), get(second), 8 * (constants.length - 4 * leastPower + index));
/** In bytes. */
const rowOf = (index: number): Code => [get(table), shifted(integerOf(get(t), index), 5), add];

/** As tanh.ts has it, line by line, with two numbers. */
export const tanhRoutine: Routine = {
  name: 'h',
  parameters: 3,
  integers: 2,
  twos: 16,
  body: repeat(
    [get(from), get(end)],
    set(value, twoAt(get(from), 0)),
    set(size, twoSmaller(twoSize(get(value)), number(largest))),
    set(isBig, twoAtLeast(get(size), number(1))),
    set(t, twoPlus(get(size), get(size))),
    set(a, twoWhere(get(isBig), get(t), twoNegative(get(t)))),
    set(power, twoTimes(number(inverseLn2), get(a))),
    set(power, twoWhole(twoPlus(get(power), twoWhere(get(isBig), number(0.5), number(-0.5))))),
    set(power, twoBut(get(power), twoLess(get(t), number(halfLn2)))),
    set(high, twoMinus(get(a), twoTimes(get(power), number(ln2High)))),
    set(low, twoTimes(get(power), number(ln2Low))),
    set(t, twoIntegers(get(power))),
    set(first, rowOf(0)),
    set(second, rowOf(1)),
    set(x, twoMinus(get(high), get(low))),
    set(cut, twoMinus(twoMinus(get(high), get(x)), get(low))),
    set(half, twoTimes(number(0.5), get(x))),
    set(square, twoTimes(get(x), get(half))),
    set(sum, twoTimes(get(square), number(polynomial[4]))),
    [3, 2, 1, 0].map((term) => set(sum, twoTimes(get(square), twoPlus(number(polynomial[term]!), get(sum))))),
    set(sum, twoPlus(number(1), get(sum))),
    set(t, twoMinus(number(3), twoTimes(get(sum), get(half)))),
    set(e, twoOver(twoMinus(get(sum), get(t)), twoMinus(number(6), twoTimes(get(x), get(t))))),
    set(e, twoTimes(get(square), get(e))),
    set(e, twoMinus(twoMinus(twoTimes(get(x), twoMinus(get(e), get(cut))), get(cut)), get(square))),
    set(grown, twoPlus(term(0), twoMinus(get(x), twoPlus(get(e), term(1))))),
    set(grown, twoMinus(twoTimes(get(grown), term(2)), term(3))),
    set(q, twoOver(twoWhere(get(isBig), number(2), twoNegative(get(grown))), twoPlus(get(grown), number(2)))),
    set(q, twoWhere(get(isBig), twoMinus(number(1), get(q)), get(q))),
    set(q, twoWhere(twoLess(get(size), number(smallest)), get(size), get(q))),
    store(get(from), twoWhere(number(-0), get(value), get(q)), 0),
    advance(from, constant(16)),
  ),
};
