/** A root this far beyond 1 is taken for 1, which the belief that a load stays as it is has exactly. */
const rounding = 1e-6;
/** What a root keeps of its size at each contraction. */
const kept = 0.99;

/**
 * The weights of an autoregression, contracted until deviations from the mean do not grow under them.
 *
 * @param weights [lag - 1] finite
 */
export function stationary(weights: Float64Array): Float64Array {
  return isStable(contracted(weights, 1 - rounding)) ? weights : stationary(contracted(weights, kept));
}

/** All roots are multiplied by this factor. */
function contracted(weights: Float64Array, factor: number): Float64Array {
  return weights.map((one, index) => one * factor ** (index + 1));
}

/** Whether all partial autocorrelations that the weights stand for, found by Levinson's recursion backwards, lie within 1 (the Schur-Cohn test). */
function isStable(weights: Float64Array): boolean {
  const last = weights.at(-1);
  if (last === undefined) return true;
  if (Math.abs(last) >= 1) return false;
  const others = weights.slice(0, -1);
  return isStable(others.map((one, index) => (one + last * others.at(-1 - index)!) / (1 - last * last)));
}
