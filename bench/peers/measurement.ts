/** One run of one simulator. */
export interface Measurement {
  readonly requests: number;
  /** On the processor, without start-up and imports. */
  readonly seconds: number;
  /** What the runs are compared by: mean time in the system in seconds, or the share of cold starts. */
  readonly mean: number;
}

/** Mean over runs, and half the width of its 95 % interval (Student's t for up to 30 runs). */
export function interval(values: readonly number[]): { readonly mean: number; readonly half: number } {
  const count = values.length;
  const mean = values.reduce((sum, one) => sum + one, 0) / count;
  const variance = values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (count - 1);
  const quantile = quantiles[Math.min(count - 1, quantiles.length - 1)]!;
  return { mean, half: quantile * Math.sqrt(variance / count) };
}

/** [degrees of freedom] */
const quantiles = [Number.POSITIVE_INFINITY, 12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228];
