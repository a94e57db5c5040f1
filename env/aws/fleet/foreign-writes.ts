import type { Hindrance } from '../../hindrance.ts';

/** Readings for which nothing is changed after somebody else did: long enough to see what they want. */
const restReadings = 5;

/** Whether somebody else writes the desired capacity of one group. Two controllers in a fight: keda#5288. */
export class ForeignWrites {
  /** The newest count of Spillway's own, and counts of others since that are taken as they are. */
  #own: number | null = null;
  #accepted: number | null = null;
  #mismatches = 0;
  #restLeft = 0;
  #found = 0;

  /** At each reading of the group; `written`: what was last written and confirmed. */
  saw(desired: number, written: number | null): void {
    if (written !== this.#own) {
      this.#own = written;
      this.#accepted = null;
      this.#mismatches = 0;
    }
    if (this.#restLeft > 0) this.#rest(desired);
    const isForeign = written !== null && desired !== written && desired !== this.#accepted;
    this.#mismatches = isForeign ? this.#mismatches + 1 : 0;
    // Once may be an answer that was under way while it was written: nothing is changed until it is read again.
    if (this.#mismatches >= 2 && this.#restLeft === 0) this.#restLeft = restReadings;
    this.#found = desired;
  }

  hindrance(pool: string): Hindrance | null {
    if (this.#restLeft === 0 && this.#mismatches === 0) return null;
    return {
      kind: 'foreign-write',
      forbids: 'change',
      said: `Somebody else set the capacity of ${pool} to ${this.#found}, where Spillway had written ${this.#own}`,
    };
  }

  /** After the rest their count is the one to begin from. */
  #rest(desired: number): void {
    this.#restLeft--;
    if (this.#restLeft === 0) this.#accepted = desired;
  }
}
