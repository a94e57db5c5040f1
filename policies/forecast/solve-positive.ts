/**
 * Solves a symmetric system whose matrix is positive definite, by its Cholesky factor.
 *
 * @param matrix [row * size + column] left as it is
 * @param right [row]
 * @returns [row]
 */
export function solvePositive(matrix: Float64Array, right: Float64Array): Float64Array {
  const size = right.length;
  const factor = new Float64Array(size * size);
  const solution = new Float64Array(size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      let sum = matrix[row * size + column]!;
      for (let at = 0; at < column; at++) sum -= factor[row * size + at]! * factor[column * size + at]!;
      factor[row * size + column] = row === column ? Math.sqrt(sum) : sum / factor[column * size + column]!;
    }
    let rest = right[row]!;
    for (let at = 0; at < row; at++) rest -= factor[row * size + at]! * solution[at]!;
    solution[row] = rest / factor[row * size + row]!;
  }
  for (let row = size - 1; row >= 0; row--) {
    for (let below = row + 1; below < size; below++) {
      solution[row] = solution[row]! - factor[below * size + row]! * solution[below]!;
    }
    solution[row] = solution[row]! / factor[row * size + row]!;
  }
  return solution;
}
