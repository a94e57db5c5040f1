/** Lengths of a line that stand for all those between them. */
export class LineLengths {
  /** [place] From 0 on. */
  readonly lengths: readonly number[];

  constructor(longest: number, places: number) {
    const lengths = Array.from({ length: places }, (_, place) =>
      Math.round((longest * place) / Math.max(1, places - 1)),
    );
    this.lengths = [...new Set(lengths)];
  }

  /** Adds a weight to the two lengths next to one, so that their mean is that. */
  put(length: number, weight: number, weights: Float64Array): void {
    const { lengths } = this;
    const last = lengths.length - 1;
    let above = 1;
    while (above < last && lengths[above]! < length) above++;
    if (last === 0) above = 0;
    const lower = lengths[Math.max(0, above - 1)]!;
    const part = last === 0 ? 0 : Math.min(1, (length - lower) / (lengths[above]! - lower));
    weights[Math.max(0, above - 1)]! += weight * (1 - part);
    weights[above]! += weight * part;
  }
}
