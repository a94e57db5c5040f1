/* Constants of e^x - 1, and its polynomial (Ng, Sun Microsystems 1993: fdlibm, s_expm1.c and s_tanh.c). */
export const [ln2High, ln2Low, inverseLn2] = [0.6931471803691238, 1.9082149292705877e-10, Math.LOG2E] as const;
export const polynomial = [
  ...[-0.03333333333333313, 0.0015873015872548146, -0.0000793650757867488],
  ...[0.000004008217827329362, -2.0109921818362437e-7],
] as const;
const [q1, q2, q3, q4, q5] = polynomial;
/** Half of ln 2, as fdlibm cuts it. */
export const halfLn2 = 0.3465735912322998;
/** From here on it is 1. */
export const largest = 22;
/** Below, it is as its argument. */
export const smallest = 2 ** -28;
/** Powers of two that e^x - 1 takes here. */
export const [leastPower, mostPower] = [-3, 64] as const;

/** [power of two from the least on, of four] What e^x - 1 = (first + (x - (e + second))) third - fourth has in it, as fdlibm adds up for each power. */
export const powers = Float64Array.from(
  Array.from({ length: mostPower - leastPower + 1 }, (_, index) => termsOf(leastPower + index)).flat(),
);

function termsOf(power: number): readonly number[] {
  const scale = 2 ** power;
  if (power === 0 || power === -1) return [0, 0, scale, 1 - scale];
  if (power < 0 || power > 56) return [1, 0, scale, 1];
  return power < 20 ? [1 - 1 / scale, 0, scale, 0] : [1, 1 / scale, scale, 0];
}

/**
 * The hyperbolic tangent with the same bits on every machine, which `Math.tanh` does not promise (ECMA-262, "Math.tanh"): step by step what fdlibm
 * does, which V8 has too, but without its branches, so that tanh-program.ts can do it with two numbers at once.
 */
export function tanh(value: number): number {
  const size = Math.min(Math.abs(value), largest);
  const isBig = size >= 1;
  const twice = size + size;
  const a = isBig ? twice : -twice;
  const power = twice < halfLn2 ? 0 : Math.trunc(inverseLn2 * a + (isBig ? 0.5 : -0.5));
  const high = a - power * ln2High;
  const low = power * ln2Low;
  const x = high - low;
  const cut = high - x - low;
  const half = 0.5 * x;
  const square = x * half;
  const sum = 1 + square * (q1 + square * (q2 + square * (q3 + square * (q4 + square * q5))));
  const t = 3 - sum * half;
  const quotient = square * ((sum - t) / (6 - x * t));
  const e = x * (quotient - cut) - cut - square;
  const at = 4 * (power - leastPower);
  const grown = (powers[at]! + (x - (e + powers[at + 1]!))) * powers[at + 2]! - powers[at + 3]!;
  const q = (isBig ? 2 : -grown) / (grown + 2);
  const found = size < smallest ? size : isBig ? 1 - q : q;
  return value < 0 || Object.is(value, -0) ? -found : found;
}
