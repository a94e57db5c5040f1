import { erlangLoss } from '../physics/erlang.ts';
import type { ServingPool } from './fluid-fleets.ts';

/**
 * Pools that are tried one after another: what finds the first full goes to the next, and so on. Overflow comes in bursts while all
 * slots are busy; its peakedness z (variance over mean of the number at work in an infinite group) is that of Wilkinson (1956,
 * "Theories for toll traffic engineering in the USA"), z = 1 - m + a/(c + 1 + m - a) for an overflow of m = aB, and a group
 * with load a and c servers loses of a peaked stream about B(a/z, c/z) (Hayward; Fredericks 1980).
 */
export class LossChain {
  #pools: readonly ServingPool[] = [];
  /** Share of the variance of the number at work that the counts of the seconds explain. */
  #known = 0;
  /** Of the last pool that overflowed. */
  #load = 0;
  #slots = 0;
  #serviceSeconds = 0;
  #loss = 0;

  measure(pools: readonly ServingPool[], known: number): void {
    this.#pools = pools;
    this.#known = known;
  }

  /** Share of so many requests per second that find all slots of all pools busy. */
  loss(rate: number): number {
    let loss = 1;
    this.#load = 0;
    for (let index = 0; index < this.#pools.length; index++) {
      const { slots, serviceSeconds } = this.#pools[index]!;
      if (slots === 0) continue;
      const z = loss < 1 ? this.overflowPeakedness(serviceSeconds) : 1;
      const load = rate * loss * serviceSeconds;
      let here = erlangLoss(load / z, slots / z);
      if (loss === 1) here = givenCounts(here, load, slots, this.#known);
      this.#load = load;
      this.#slots = slots;
      this.#serviceSeconds = serviceSeconds;
      this.#loss = here;
      loss *= here;
    }
    return loss;
  }

  /**
   * Of what the last pool turned away, for servers of another service time. Wilkinson's z holds for equal service times: there a burst of
   * as many requests per second as the pool takes lasts as long as makes z; shorter services see less of it.
   */
  overflowPeakedness(serviceSeconds: number): number {
    if (this.#load === 0) return 1;
    const lost = this.#load * this.#loss;
    const taken = this.#load - lost + 1e-9;
    const excess = Math.max(0, this.#load / Math.max(this.#slots + 1 + lost - this.#load, 1e-9) - lost);
    const part = Math.min(excess / taken, 0.99);
    const burstSeconds = (this.#serviceSeconds * part) / (1 - part) + 1e-9;
    return 1 + (((taken * serviceSeconds) / this.#serviceSeconds) * burstSeconds) / (burstSeconds + serviceSeconds);
  }
}

/**
 * What Erlang's loss B becomes where a share of the variance of the load a is no chance, but known: the mean over loads of that variance
 * must be B again, so it is B - known · a/2 · B'', to second order. B' = B (c/a - 1 + B) gives B''.
 */
function givenCounts(loss: number, load: number, slots: number, known: number): number {
  if (load <= 0) return loss;
  const growth = slots / load - 1 + loss;
  const excess = ((known * load) / 2) * (growth * (growth + loss) - slots / (load * load));
  return excess > 0 ? loss / (1 + excess) : Math.min(1, loss * (1 - excess));
}
