import type { Workload } from '../types.ts';

/** A part of what was counted, without holes. */
export interface Stretch {
  readonly workload: Workload;
  /** Index of its first bin among all that were given. */
  readonly from: number;
  /** Bins that nobody knows, told by their neighbours. */
  readonly filled: number;
}

interface StretchOptions {
  readonly name: string;
  readonly stepSeconds: number;
  /** Bins. */
  readonly mostGap: number;
}

type Counts = readonly (number | null)[];

/** Both ends are known bins. */
interface Span {
  readonly from: number;
  to: number;
}

/**
 * The longest part of [bin] counts (null: nobody knows) that begins and ends with a known bin and has no hole of more than `mostGap` bins;
 * holes in it are drawn straight from neighbour to neighbour. Null: nothing is known.
 */
export function longestStretch(counts: Counts, options: StretchOptions): Stretch | null {
  const longest = stretches(counts, options).reduce<Span | null>(
    (best, one) => (best === null || one.to - one.from > best.to - best.from ? one : best),
    null,
  );
  return longest && stretchOf(counts, longest, options);
}

/** As `longestStretch`, but the one that ends last. */
export function newestStretch(counts: Counts, options: StretchOptions): Stretch | null {
  const newest = stretches(counts, options).at(-1);
  return newest === undefined ? null : stretchOf(counts, newest, options);
}

function stretches(counts: Counts, { mostGap }: StretchOptions): Span[] {
  const spans: Span[] = [];
  for (const [bin, count] of counts.entries()) {
    if (count === null) continue;
    const last = spans.at(-1);
    if (last === undefined || bin - last.to - 1 > mostGap) spans.push({ from: bin, to: bin });
    else last.to = bin;
  }
  return spans;
}

function stretchOf(counts: Counts, { from, to }: Span, { name, stepSeconds }: StretchOptions): Stretch {
  const part = counts.slice(from, to + 1);
  return {
    workload: { name, stepSeconds, requests: Float64Array.from(filledIn(part)), counted: true },
    from,
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
