import { binLowerMs, histogramBins } from '../../histogram.ts';

/** Values of a metric in one bucket, as cells that are evenly filled; a cell of no width is one value. Cells rise and do not overlap. */
export interface Distribution {
  readonly lower: Float32Array;
  readonly upper: Float32Array;
  readonly counts: Float32Array;
}

/** Of a latency histogram (env/histogram.ts), in units of so many milliseconds; null: it is empty. */
export function distributionOf(histogram: Float64Array, unitMs: number): Distribution | null {
  const filled: number[] = [];
  for (let bin = 0; bin < histogramBins; bin++) if (histogram[bin]! > 0) filled.push(bin);
  if (filled.length === 0) return null;
  return {
    lower: Float32Array.from(filled, (bin) => binLowerMs(bin) / unitMs),
    upper: Float32Array.from(filled, (bin) => binLowerMs(bin + 1) / unitMs),
    counts: Float32Array.from(filled, (bin) => histogram[bin]!),
  };
}

/** One value, so many times. */
export function pointDistribution(value: number, count: number): Distribution {
  return { lower: Float32Array.of(value), upper: Float32Array.of(value), counts: Float32Array.of(count) };
}

/** Several together. Cells of one metric come from one grid, so that equal ones are added. */
export function mergeDistributions(parts: readonly Distribution[]): Distribution {
  if (parts.length === 1) return parts[0]!;
  const cells = new Map<number, { upper: number; count: number }>();
  for (const { lower, upper, counts } of parts) {
    for (let index = 0; index < lower.length; index++) {
      const known = cells.get(lower[index]!);
      if (known) known.count += counts[index]!;
      else cells.set(lower[index]!, { upper: upper[index]!, count: counts[index]! });
    }
  }
  const rising = [...cells].sort(([a], [b]) => a - b);
  return {
    lower: Float32Array.from(rising, ([lower]) => lower),
    upper: Float32Array.from(rising, ([, { upper }]) => upper),
    counts: Float32Array.from(rising, ([, { count }]) => count),
  };
}

/** The value below which the share of the values lies, linear within a cell. */
export function quantile({ lower, upper, counts }: Distribution, share: number): number {
  const wanted = share * counts.reduce((sum, one) => sum + one, 0);
  let below = 0;
  for (let index = 0; index < counts.length; index++) {
    const count = counts[index]!;
    if (below + count >= wanted) {
      const inside = Math.max(0, (wanted - below) / count);
      return lower[index]! + inside * (upper[index]! - lower[index]!);
    }
    below += count;
  }
  return upper.at(-1)!;
}

/** Share of the values up to a value, linear within a cell. */
export function shareUpTo({ lower, upper, counts }: Distribution, value: number): number {
  let total = 0;
  let below = 0;
  for (let index = 0; index < counts.length; index++) {
    const count = counts[index]!;
    const from = lower[index]!;
    const width = upper[index]! - from;
    total += count;
    below += count * (width > 0 ? Math.min(1, Math.max(0, (value - from) / width)) : Number(value >= from));
  }
  return below / total;
}
