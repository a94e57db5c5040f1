/** Log-standard deviation of a lognormal with the given coefficient of variation. */
export function lognormalSigma(coefficientOfVariation: number): number {
  return Math.sqrt(Math.log(1 + coefficientOfVariation ** 2));
}

/** Share of a lognormal with the given mean that lies at or below a value. */
export function lognormalShareBelow(value: number, mean: number, coefficientOfVariation: number): number {
  if (value <= 0) return 0;
  const sigma = lognormalSigma(coefficientOfVariation);
  if (sigma === 0) return value >= mean ? 1 : 0;
  return normalShareBelow((Math.log(value / mean) + sigma ** 2 / 2) / sigma);
}

/** The value that a share of a lognormal with the given mean stays below. */
export function lognormalQuantile(mean: number, coefficientOfVariation: number, share: number): number {
  const sigma = lognormalSigma(coefficientOfVariation);
  return sigma === 0 ? mean : mean * Math.exp(sigma * normalQuantile(share) - sigma ** 2 / 2);
}

/** Standard normal distribution function (Abramowitz and Stegun 7.1.26; absolute error below 1.5e-7). */
export function normalShareBelow(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const polynomial = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const tail = 0.5 * polynomial * Math.exp(-x * x);
  return z >= 0 ? 1 - tail : tail;
}

/** Standard normal quantile (Acklam's rational approximation; relative error below 1.2e-9 in the centre). */
export function normalQuantile(share: number): number {
  const low = 0.02425;
  if (share < low) return tailQuantile(Math.sqrt(-2 * Math.log(share)));
  if (share > 1 - low) return -tailQuantile(Math.sqrt(-2 * Math.log(1 - share)));
  const q = share - 0.5;
  const r = q * q;
  const numerator =
    ((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r -
      30.66479806614716) *
      r +
    2.506628277459239;
  const denominator =
    ((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r -
      13.28068155288572) *
      r +
    1;
  return (q * numerator) / denominator;
}

function tailQuantile(q: number): number {
  const numerator =
    ((((-0.007784894002430293 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) * q +
      4.374664141464968) *
      q +
    2.938163982698783;
  const denominator =
    (((0.007784695709041462 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1;
  return numerator / denominator;
}

/** Equally likely values of a lognormal with mean 1, for drawing by table: `table[bits >>> (32 - log2(size))]`. */
export function unitLognormalTable(coefficientOfVariation: number, size: number): Float64Array {
  const sigma = lognormalSigma(coefficientOfVariation);
  const table = new Float64Array(size);
  let sum = 0;
  for (let index = 0; index < size; index++) {
    table[index] = Math.exp(sigma * normalQuantile((index + 0.5) / size));
    sum += table[index]!;
  }
  return table.map((value) => (value * size) / sum);
}
