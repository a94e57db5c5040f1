import { carriedCredit } from '../physics/budgets.ts';
import type { FluidRungs } from './fluid-rungs.ts';
import type { Second } from './pressed-starts.ts';

/** In which the share that is paid is found. */
const rounds = 3;

/** What the answers of the VMs brought beside those of the variant in force, and the accuracy budget that is left. */
export class CreditAccount {
  /** Sum over all answers of the accuracy above the floor. */
  credit = 0;
  /** What the answers since the last settlement have more than the accuracy in force. */
  accuracyGain = 0;
  /** Answers since then, and the seconds that they took. */
  #started = 0;
  #workSeconds = 0;
  readonly #rungs: FluidRungs;

  constructor(rungs: FluidRungs) {
    this.#rungs = rungs;
  }

  /** Time of an answer over that of the variant in force. */
  get lengthening(): number {
    const inForceSeconds = this.#rungs.servers / this.#rungs.capacityInForce;
    return this.#started > 0 ? this.#workSeconds / this.#started / inForceSeconds : 1;
  }

  /** Share of a second's starts that the credit, and what the second adds to it, pay for with smaller variants: the more these are, the more start. */
  mostPaid({ inside, offered }: Second): number {
    const { capacityInForce, gainInForce, smallerGain, largerShare, largerGain, smallestCapacity } = this.#rungs;
    const income = gainInForce + largerShare * largerGain;
    let most = 0;
    for (let round = 0; round < rounds; round++) {
      const perStart = (1 - most) / capacityInForce + most / smallestCapacity;
      const started = Math.max(1, Math.min(inside + offered, 1 / perStart));
      most = Math.max(0, Math.min(1, (this.credit / started + income) / -smallerGain));
    }
    return most;
  }

  /**
   * So many have started in the second, and so many have gone to Lambda. The share of smaller ones was found for about as many: those beyond what
   * the credit then pays for were answered by the variant in force.
   */
  book(started: number, spilled: number): void {
    const { gainInForce, smallerGain, smallerShare, largerGain, largerShare, serviceSeconds } = this.#rungs;
    const byLarger = started * largerShare * largerGain;
    const most = this.credit + (started + spilled) * gainInForce + byLarger;
    const bySmaller = Math.max(started * smallerShare * smallerGain, Math.min(0, -most));
    const gain = byLarger + bySmaller;
    this.credit = most + bySmaller;
    this.#started += started;
    this.accuracyGain += gain;
    this.#workSeconds += started * serviceSeconds;
  }

  /** So many that were booked as gone to Lambda get no answer there. */
  lose(requests: number): void {
    this.credit -= requests * this.#rungs.gainInForce;
  }

  /** An interval has ended, `seconds` into the run. */
  carry(seconds: number): void {
    this.credit = carriedCredit(this.credit, seconds);
  }

  /** Settled. */
  forget(): void {
    this.#started = this.accuracyGain = this.#workSeconds = 0;
  }
}
