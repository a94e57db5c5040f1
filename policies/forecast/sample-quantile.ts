/** The value that the given share of a sample lies below, linear between neighbours (Hyndman and Fan 1996, type 7). The sample is left sorted. */
export function quantileOf(sample: Float64Array, share: number): number {
  sample.sort();
  const position = share * (sample.length - 1);
  const below = Math.floor(position);
  const above = Math.min(sample.length - 1, below + 1);
  return sample[below]! + (position - below) * (sample[above]! - sample[below]!);
}
