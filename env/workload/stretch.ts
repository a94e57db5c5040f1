import type { Workload } from '../types.ts';

/** A part of what was counted, without holes. */
export interface Stretch {
  readonly workload: Workload;
  /** Index of its first bin among all that were given. */
  readonly from: number;
  /** Bins that nobody knows, told by their neighbours. */
  readonly filled: number;
}

/**
 * The longest part of [bin] counts (null: nobody knows) that begins and ends with a known bin and has no hole of more than `mostGap` bins;
 * holes in it are drawn straight from neighbour to neighbour. Null: nothing is known.
 */
export function longestStretch(
  counts: readonly (number | null)[],
  { name, stepSeconds, mostGap }: { readonly name: string; readonly stepSeconds: number; readonly mostGap: number },
): Stretch | null {
  let best = { from: 0, to: -1 };
  let from = 0;
  let last = -1;
  for (const [bin, count] of counts.entries()) {
    if (count === null) continue;
    if (last < 0 || bin - last - 1 > mostGap) from = bin;
    last = bin;
    if (last - from > best.to - best.from) best = { from, to: last };
  }
  if (best.to < 0) return null;
  const part = counts.slice(best.from, best.to + 1);
  return {
    workload: { name, stepSeconds, requests: Float64Array.from(filledIn(part)), counted: true },
    from: best.from,
    filled: part.filter((count) => count === null).length,
  };
}

/** Begins and ends with a known count. */
function filledIn(counts: readonly (number | null)[]): number[] {
  let before = 0;
  return counts.map((count, bin) => {
    if (count !== null) {
      before = bin;
      return Math.round(count);
    }
    let after = bin;
    while (counts[after] === null) after++;
    const share = (bin - before) / (after - before);
    return Math.round(counts[before]! + share * (counts[after]! - counts[before]!));
  });
}
