import { erlangLoss } from '../physics/erlang.ts';
import type { ServingPool } from './fluid-fleets.ts';
import { LossTable } from './loss-table.ts';

/**
 * Pools that are tried one after another: what finds the first full goes to the next, and so on. Overflow comes in bursts while all
 * slots are busy; its peakedness z (variance over mean of the number at work in an infinite group) is that of Wilkinson (1956,
 * "Theories for toll traffic engineering in the USA"), z = 1 - m + a/(c + 1 + m - a) for an overflow of m = aB, and a group
 * with load a and c servers loses of a peaked stream about B(a/z, c/z) (Hayward; Fredericks 1980).
 */
export class LossChain {
  /** Share that finds all slots of all pools busy. */
  loss = 0;
  #pools: readonly ServingPool[] = [];
  /** Of the first pool; null where no pool serves. */
  #first: LossTable | null = null;
  /** Of the last pool that overflowed. */
  #load = 0;
  #slots = 0;
  #serviceSeconds = 0;
  #lastLoss = 0;

  /** `known`: share of the variance of the number at work that the counts of the seconds explain. */
  measure(pools: readonly ServingPool[], known: number): void {
    let first = 0;
    for (let index = 0; index < pools.length && first === 0; index++) first = pools[index]!.slots;
    this.#pools = pools;
    if (first === 0) this.#first = null;
    else if (this.#first?.slots !== first || this.#first.known !== known) this.#first = LossTable.of(first, known);
  }

  /** Finds what share of so many requests per second finds all slots of all pools busy. */
  find(rate: number): void {
    this.loss = 1;
    this.#load = 0;
    for (let index = 0; index < this.#pools.length; index++) {
      const { slots, serviceSeconds } = this.#pools[index]!;
      if (slots === 0) continue;
      const load = rate * this.loss * serviceSeconds;
      let loss: number;
      if (this.#load === 0) loss = this.#first!.at(load);
      else {
        const z = this.overflowPeakedness(serviceSeconds);
        loss = erlangLoss(load / z, slots / z);
      }
      this.#load = load;
      this.#slots = slots;
      this.#serviceSeconds = serviceSeconds;
      this.#lastLoss = loss;
      this.loss *= loss;
    }
  }

  /**
   * Of what the last pool turned away, for servers of another service time. Wilkinson's z holds for equal service times: there a burst of
   * as many requests per second as the pool takes lasts as long as makes z; shorter services see less of it.
   */
  overflowPeakedness(serviceSeconds: number): number {
    if (this.#load === 0) return 1;
    const lost = this.#load * this.#lastLoss;
    const taken = this.#load - lost + 1e-9;
    const excess = Math.max(0, this.#load / Math.max(this.#slots + 1 + lost - this.#load, 1e-9) - lost);
    const part = Math.min(excess / taken, 0.99);
    const burstSeconds = (this.#serviceSeconds * part) / (1 - part) + 1e-9;
    return 1 + (((taken * serviceSeconds) / this.#serviceSeconds) * burstSeconds) / (burstSeconds + serviceSeconds);
  }
}
