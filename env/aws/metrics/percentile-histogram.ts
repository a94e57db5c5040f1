import { binLowerMs, emptyHistogram, histogramBin, histogramBins } from '../../histogram.ts';

export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/**
 * A histogram of env/histogram.ts with these percentiles, in milliseconds. Between two of them the answers are spread evenly over
 * the logarithm of the latency. Below the median they are its mirror image (as of a lognormal), and beyond p99 the rest reaches
 * as far again as p99 lies beyond p95: CloudWatch tells neither.
 */
export function histogramOf(count: number, { p50, p95, p99 }: Percentiles): Float64Array {
  const histogram = emptyHistogram();
  const knots = [
    [(p50 * p50) / p99, 0],
    [(p50 * p50) / p95, 0.05],
    [p50, 0.5],
    [p95, 0.95],
    [p99, 0.99],
    [(p99 * p99) / p95, 1],
  ] as const;
  knots.slice(1).forEach(([to, share], index) => {
    const [from, below] = knots[index]!;
    spread(histogram, count * (share - below), countable(from), countable(Math.max(from, to)));
  });
  return histogram;
}

/** Percentiles of a lognormal with this mean and coefficient of variation. */
export function lognormalPercentiles(mean: number, cv: number): Percentiles {
  const variance = Math.log(1 + cv * cv);
  const at = (z: number) => mean * Math.exp(z * Math.sqrt(variance) - variance / 2);
  return { p50: at(0), p95: at(1.6449), p99: at(2.3263) };
}

/** Within the bins. */
function countable(latencyMs: number): number {
  return Math.min(Math.max(latencyMs, binLowerMs(0)), binLowerMs(histogramBins - 1));
}

function spread(histogram: Float64Array, count: number, fromMs: number, toMs: number): void {
  const first = histogramBin(fromMs);
  const last = histogramBin(toMs);
  if (first === last) {
    histogram[first]! += count;
    return;
  }
  const width = Math.log(toMs / fromMs);
  for (let bin = first; bin <= last; bin++) {
    const lower = Math.max(fromMs, binLowerMs(bin));
    const upper = bin === last ? toMs : binLowerMs(bin + 1);
    histogram[bin]! += (count * Math.log(upper / lower)) / width;
  }
}
