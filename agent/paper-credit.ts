import { creditPrice, ladder, routerBudgets } from '../env/physics/budgets.ts';
import type { ServiceProfile } from '../env/types.ts';
import { leastShare } from '../policies/overload-price.ts';

/** What the accuracy budget of a router gives to a pool. */
export interface CreditTerms {
  /** Part of the work of an answer that the smaller variant saves. */
  readonly saved: number;
  /** Answers by the smaller variant that one by the variant in force pays for. */
  readonly earned: number;
}

/** Null: the router has no such budget, or no smaller variant that costs credit, or a larger one, which earns it in idle slots as chance will have it. */
export function creditTerms(profile: ServiceProfile, pool: number, variant: number): CreditTerms | null {
  const rungs = routerBudgets(profile).accuracy ? ladder(profile, pool, variant) : null;
  const price = rungs?.smaller && !rungs.larger ? creditPrice(rungs.smaller, profile.accuracyFloor) : 0;
  if (price === 0) return null;
  const { inForce, smaller } = rungs!;
  const gained = Math.max(0, inForce.accuracy - profile.accuracyFloor);
  return { saved: 1 - smaller!.serviceSeconds / inForce.serviceSeconds, earned: gained / price };
}

/**
 * The accuracy credit (env/physics/budgets.ts) that a fleet on paper would have earned and spent: what is too much for it the smaller variant answers, as far as
 * the credit and the slots go.
 */
export class PaperCredit {
  readonly #terms: CreditTerms;
  readonly #stockIntervals: number;
  /** Answers by the smaller variant, in what one VM answers by the variant in force in an interval. */
  #stock = 0;
  #intervals = 0;
  /** In VMs, over what has passed. */
  #meanDemand = 0;

  /** @param stockIntervals credit that would answer the mean demand for so long makes overload cheaper by a factor of e */
  constructor(terms: CreditTerms, stockIntervals: number) {
    this.#terms = terms;
    this.#stockIntervals = stockIntervals;
  }

  /**
   * What is left is worth the prices at which it will be spent, by the law that prices overload (policies/overload-price.ts). What is more than that law makes anything cheaper for is worth
   * nothing: it is there to be spent.
   *
   * @param ratio price of a unit of work on Lambda over its price on a full VM @returns in the price of one VM for one interval
   */
  worth(ratio: number): number {
    const cheaper = this.#stockIntervals * this.#meanDemand;
    if (cheaper === 0) return 0;
    return ratio * this.#terms.saved * cheaper * (1 - Math.max(leastShare, Math.exp(-this.#stock / cheaper)));
  }

  /**
   * A part of an interval passes.
   *
   * @param demand and capacity in VMs; @param intervals how long it takes
   * @param isEarning false while a service warms up: what is earned then is not kept
   * @returns what is too much even so, in VMs
   */
  overload(demand: number, capacity: number, intervals: number, isEarning: boolean): number {
    const { saved, earned } = this.#terms;
    const wanted = Math.max(0, demand - capacity) / saved;
    const paid = (this.#stock / intervals + earned * demand) / (1 + earned);
    const smaller = Math.min(wanted, paid, demand, capacity / (1 - saved));
    const gained = intervals * (earned * (demand - smaller) - smaller);
    this.#intervals += intervals;
    this.#meanDemand += (demand - this.#meanDemand) * (intervals / this.#intervals);
    this.#stock = Math.max(0, this.#stock + (isEarning ? gained : Math.min(0, gained)));
    return Math.max(0, demand - saved * smaller - capacity);
  }
}
