import { lognormalSigma, normalQuantile } from '../env/physics/lognormal.ts';

/** The service time below which the given share lies: lognormal with this mean and coefficient of variation. */
export function serviceQuantileMs(meanMs: number, coefficientOfVariation: number, share: number): number {
  const sigma = lognormalSigma(coefficientOfVariation);
  return sigma === 0 ? meanMs : meanMs * Math.exp(sigma * normalQuantile(share) - sigma ** 2 / 2);
}
