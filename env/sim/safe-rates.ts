import type { Congestion } from './congestion.ts';
import type { LineLimits } from './line-limits.ts';

/** Of the capacity: where the rates are looked for. Finer steps would save little. */
const steadyShares = [1.5, 1.2, 1];
const calmShares = [0.99, 0.96, 0.92, 0.85, 0.75, 0.6, 0.4, 0.2];
/** Lines that slow the service down grow by themselves: with contention nothing is sure beyond this share. */
const contendedShare = 0.6;

/** Rates up to which a second needs no, or less, reckoning. */
export class SafeRates {
  /** Up to this rate, and with nothing waiting, nobody overflows and nobody waits too long; negative where that is never sure. */
  calm = 0;
  /** Up to this one lines are so long that only the counts of the seconds matter, even if all slots are busy all the time. */
  steady = 0;
  readonly #limits: LineLimits;
  readonly #congestion: Congestion;

  constructor(limits: LineLimits, congestion: Congestion) {
    this.#limits = limits;
    this.#congestion = congestion;
  }

  /** Every second is reckoned with. */
  trustNone(): void {
    this.#congestion.forgetQuiet();
    this.calm = this.steady = -1;
  }

  /** `isBudgeted`: who would overflow, or be late, may be answered otherwise; so no rate is steady. */
  find(capacity: number, isContended: boolean, isBudgeted: boolean): void {
    this.#congestion.forgetQuiet();
    this.calm = this.#findCalm(isContended ? contendedShare * capacity : capacity);
    const isBounded = this.#limits.queueLimit < Number.POSITIVE_INFINITY;
    this.steady = isContended || isBounded || isBudgeted ? -1 : this.#findSteady(capacity);
  }

  #findCalm(capacity: number): number {
    for (const share of calmShares) {
      const rate = share * capacity;
      this.#limits.find(rate, null);
      this.#congestion.losses.find(rate);
      if (this.#congestion.isCalm(rate)) return rate;
    }
    return 0;
  }

  #findSteady(capacity: number): number {
    for (const share of steadyShares) {
      const rate = share * capacity;
      this.#limits.find(rate, null);
      if (this.#congestion.isQuiet(rate)) return rate;
    }
    return 0;
  }
}
