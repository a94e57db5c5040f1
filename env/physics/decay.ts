const cellsPerUnit = 32;
const end = 16;
const table = Float64Array.from({ length: end * cellsPerUnit + 2 }, (_, cell) => Math.exp(-cell / cellsPerUnit));

/** e^-x within 0.02 %, by table where it is below 1; 0 beyond x = 16. */
export function decay(x: number): number {
  if (x >= end) return 0;
  if (x < 0) return Math.exp(-x);
  const position = x * cellsPerUnit;
  const cell = position | 0;
  const upper = table[cell]!;
  return upper + (position - cell) * (table[cell + 1]! - upper);
}
