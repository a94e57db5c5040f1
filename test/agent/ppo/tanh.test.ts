import { describe, expect, test } from 'vitest';
import { tanh } from '../../../agent/ppo/tanh.ts';
import { tanhTable } from '../../../agent/ppo/tanh-program.ts';
import { tileProgram } from '../../../agent/ppo/tile-program.ts';
import { Random } from '../../../env/random.ts';

const edges = [0, -0, Number.NaN, Infinity, -Infinity, 1, -1, 22, -22, 2 ** -28, 5e-324, 1e300, 0.1732867956161499];

/** Of all sizes, and on both sides of where e^2x takes another power of two. */
function numbers(): Float64Array {
  const random = Random.seeded(7);
  const sizes = [2, 25, 1e-3, 1e-8].flatMap((size) =>
    Array.from({ length: 2000 }, () => size * (2 * random.uniform() - 1)),
  );
  const turns = Array.from({ length: 64 }, (_, power) => ((power - 0.5) * Math.LN2) / 2).flatMap((turn) =>
    [-3, -2, -1, 0, 1, 2, 3].map((steps) => turn * (1 + steps * Number.EPSILON)),
  );
  return Float64Array.from([...edges, ...sizes, ...turns, ...turns.map((turn) => -turn), 0]);
}

test('is the hyperbolic tangent to the last digit but one, and odd', () => {
  for (const one of numbers()) {
    const known = Math.tanh(one);
    expect(tanh(-one)).toBe(-tanh(one));
    if (Number.isNaN(known)) expect(tanh(one)).toBeNaN();
    else expect(Math.abs(tanh(one) - known)).toBeLessThanOrEqual(2 * Number.EPSILON * Math.abs(known));
  }
});

describe('the program', () => {
  test('makes of two numbers at once what plain JavaScript makes of each, to the bit', () => {
    const some = numbers();
    const even = some.subarray(0, some.length - (some.length % 2));
    const { buffer, tanh: program } = tileProgram(8 * (even.length + tanhTable.length))!;
    const within = new Float64Array(buffer, 0, even.length);
    within.set(even);
    const table = new Float64Array(buffer, within.byteLength, tanhTable.length);
    table.set(tanhTable);
    program(0, within.byteLength, table.byteOffset);
    expect(Array.from(within)).toEqual(Array.from(even, tanh));
  });
});
