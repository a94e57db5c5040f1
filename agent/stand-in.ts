import type { Observation, Policy, PriceBook, ServiceProfile } from '../env/types.ts';
import { skiRental } from '../policies/rules/ski-rental.ts';
import type { RuleVote } from './guarded-levels.ts';
import type { LevelPool } from './level-terms.ts';
import { ruleOnPool } from './rule-on-pool.ts';

/**
 * Sizes the fleets of several pools for a learned policy that is in doubt: a rule, on the pool with the cheapest work alone. The other pools shrink, as the
 * rule's hand-over lets them.
 */
export class StandIn {
  readonly #rule: Policy;
  readonly #stack: readonly LevelPool[];

  constructor(stack: readonly LevelPool[], profile: ServiceProfile, prices: PriceBook) {
    this.#rule = ruleOnPool(skiRental, stack[0]!, profile, prices);
    this.#stack = stack;
  }

  /** [pool of the stack] Null: the learned policy acts. Called at every decision with arrivals, so that the rule knows the demand. */
  decide(observation: Observation, doubt: string | null): readonly RuleVote[] | null {
    const { vmCounts } = this.#rule.decide(observation).action;
    if (doubt === null) return null;
    const because = `${skiRental.name} acts: ${doubt}`;
    return this.#stack.map(({ pool }) => ({ vms: vmCounts[pool]!, because }));
  }
}
