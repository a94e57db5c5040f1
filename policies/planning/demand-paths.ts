import { nearest } from './nearest.ts';

/** What was known at the end of an interval, and the interval's bins: [bin] requests per second. */
interface Moment {
  readonly bins: readonly number[];
  /** [step] What was expected of the intervals after it. */
  readonly expected: Float64Array;
  /** What the moment looked like, in proportion. */
  readonly sign: readonly number[];
  /** What came of it, once all of it is known. */
  path: Path | null;
}

/** A way in which the demand may go: [step][bin] in proportion to what is expected of the step. */
export type Path = readonly (readonly number[])[];

/** A path is told by this many intervals at least; what is not known of it yet goes on as it was last. */
const fewestKnown = 3;
/** Intervals over whose mean a moment is described. */
const signSteps = [1, 5, 20];

/**
 * How the demand came out, in proportion to what was forecast. Each past moment with its forecast and the bins that followed gives a path of ratios; times
 * the present forecast it is a way in which the future may go. So the scenarios err as the forecaster did, step after step, and rise and fall within a
 * step as the load does. The moments most like the present are taken.
 * Sources: forecast errors of past origins (Williams and Goodman, JASA 1971), path by path; nearest neighbours (Bhattacharya and Gangopadhyay 1990).
 */
export class DemandPaths {
  readonly #memory: number;
  readonly #steps: number;
  /** Oldest first, one per interval; null: lost. */
  #moments: (Moment | null)[] = [];
  /** Newest means, oldest first. */
  #means: number[] = [];

  /**
   * @param steps that are looked ahead
   * @param memory moments that are remembered
   */
  constructor(steps: number, memory: number) {
    this.#steps = steps;
    this.#memory = memory;
  }

  /** The next interval, and what is expected after it; null: it was lost. */
  add(bins: readonly number[] | null, expected: Float64Array | null): void {
    if (bins === null || expected === null) this.#moments.push(null);
    else {
      this.#means.push(mean(bins));
      this.#means = this.#means.slice(-signSteps.at(-1)!);
      this.#moments.push({ bins, expected, sign: this.#sign(), path: null });
    }
    if (this.#moments.length > 2 * this.#memory) this.#moments = this.#moments.slice(-this.#memory);
  }

  #sign(): number[] {
    const overs = signSteps.map((steps) => mean(this.#means.slice(-steps)) + 1e-9);
    return overs.slice(1).map((over, index) => Math.log(overs[index]! / over));
  }

  /** Up to `most` paths, from the moments that are most like the newest. */
  paths(most: number): Path[] {
    return this.#alike(most).map((at) => this.#path(at));
  }

  /** Their places, the most alike first. */
  #alike(most: number): number[] {
    const newest = this.#moments.length - 1;
    const now = this.#moments[newest]?.sign;
    if (!now) return [];
    return nearest(most, newest - fewestKnown, Math.max(0, newest - this.#memory), (at) => {
      const sign = this.#moments[at]?.sign;
      return sign ? squaredDistance(sign, now) : null;
    });
  }

  #path(at: number): Path {
    const moment = this.#moments[at]!;
    if (moment.path !== null) return moment.path;
    let last: readonly number[] = [1];
    const path = Array.from({ length: this.#steps }, (_, step) => {
      const bins = this.#moments[at + 1 + step]?.bins;
      const expected = moment.expected[step]!;
      if (bins && expected > 0) last = bins.map((rate) => rate / expected);
      return last;
    });
    if (at + this.#steps < this.#moments.length) moment.path = path;
    return path;
  }
}

function squaredDistance(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at]! - b[at]!) ** 2;
  return sum;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, one) => sum + one, 0) / values.length;
}
