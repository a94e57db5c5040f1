import type { LineAnswers } from './line-answers.ts';
import type { LineLimits } from './line-limits.ts';

/** Who is turned away from the waiting lines in a second: to Lambda, or away where the class may not go there. */
export class LineOverflow {
  /** [class] To Lambda; and all together. */
  readonly requests: Float64Array;
  total = 0;
  readonly #shares: Float64Array;
  readonly #limits: LineLimits;
  readonly #answers: LineAnswers;

  constructor(shares: Float64Array, limits: LineLimits, answers: LineAnswers) {
    this.#shares = shares;
    this.#limits = limits;
    this.#answers = answers;
    this.requests = new Float64Array(shares.length);
  }

  forget(): void {
    if (this.total === 0) return;
    this.total = 0;
    this.requests.fill(0);
  }

  add(k: number, requests: number): void {
    if (this.#limits.refuses(k)) this.#answers.lost[k]! += requests;
    else {
      this.requests[k]! += requests;
      this.total += requests;
    }
  }

  /** So many to Lambda are not turned away after all. */
  takeBack(k: number, requests: number): void {
    this.requests[k]! -= requests;
    this.total -= requests;
  }

  /**
   * `excess` more would wait than may, where it is above 0: of all classes some are turned away, and who stands last in line is served
   * in their place. Returns how many leave the lines.
   */
  refuse(excess: number, backlog: Float64Array): number {
    if (!(excess > 0)) return 0;
    let left = excess;
    for (let k = backlog.length - 1; k >= 0; k--) {
      const refused = excess * this.#shares[k]!;
      const gone = Math.min(left, backlog[k]!);
      left -= gone;
      backlog[k]! -= gone;
      this.#answers.answered[k]! += gone - refused;
      this.add(k, refused);
    }
    return excess;
  }
}
