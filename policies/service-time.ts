/** The service time below which the given share lies: lognormal with this mean and coefficient of variation. */
export function serviceQuantileMs(meanMs: number, variation: number, share: number): number {
  const variance = Math.log1p(variation * variation);
  return meanMs * Math.exp(Math.sqrt(variance) * normalQuantile(share) - variance / 2);
}

/** The standard normal's quantile by Newton's method on `normalBelow`, from a logistic first guess; share in (0, 1). */
export function normalQuantile(share: number): number {
  let z = Math.log(share / (1 - share)) / 1.702;
  for (let round = 0; round < 60; round++) {
    const step = (normalBelow(z) - share) / normalDensity(z);
    z -= Math.max(-0.5, Math.min(0.5, step));
    if (Math.abs(step) < 1e-12) break;
  }
  return z;
}

function normalDensity(z: number): number {
  return Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
}

/** The standard normal's distribution function: Marsaglia's series (J. Stat. Software 11(4), 2004). */
export function normalBelow(z: number): number {
  if (z < -8) return 0;
  if (z > 8) return 1;
  let sum = z;
  let term = z;
  for (let odd = 3; Math.abs(term) > 1e-17 * Math.abs(sum); odd += 2) {
    term *= (z * z) / odd;
    sum += term;
  }
  return 0.5 + sum * normalDensity(z);
}
