import { lognormalSigma, normalQuantile, normalShareBelow } from './lognormal.ts';

/** Entries of the table of an engine: small enough for the fastest cache. */
const serviceTableSize = 1024;

/**
 * Service times over their mean, lognormal, for drawing by table: [entry] the mean over one of so many equally likely cells, rising, so the
 * mean is exact and of the mean square 0.00 % is missing at a coefficient of variation of 0.12, 0.03 % at 0.5 and 0.5 % at 1.
 */
export function unitServiceTable(coefficientOfVariation: number): Float64Array {
  const size = serviceTableSize;
  const sigma = lognormalSigma(coefficientOfVariation);
  const table = new Float64Array(size);
  let below = 0;
  for (let entry = 0; entry < size; entry++) {
    // The mean up to a quantile z of the underlying normal is Φ(z - σ).
    const upTo = entry + 1 < size ? normalShareBelow(normalQuantile((entry + 1) / size) - sigma) : 1;
    table[entry] = (upTo - below) * size;
    below = upTo;
  }
  return table;
}

/** The same for exponential service: 0.1 % of the mean square is missing with 4,096 entries. For tests of queueing theory, and comparisons. */
export function unitExponentialTable(size = serviceTableSize): Float64Array {
  // ∫ x e^-x over a cell is (x + 1) e^-x at its lower edge less that at its upper edge, where e^-x is the share beyond.
  const beyond = (share: number) => (share > 0 ? share * (1 - Math.log(share)) : 0);
  return Float64Array.from(
    { length: size },
    (_, entry) => size * (beyond(1 - entry / size) - beyond(1 - (entry + 1) / size)),
  );
}
