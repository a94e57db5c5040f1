import { routerBudgets } from '../env/physics/budgets.ts';
import type { Observation, PriceBook, ServiceProfile } from '../env/types.ts';
import { lcp } from '../policies/rules/lcp.ts';
import { skiRental } from '../policies/rules/ski-rental.ts';
import { FleetSizer, type Seen } from './fleet-sizer.ts';
import { Guard, majority } from './guard.ts';
import type { LevelPool } from './level-terms.ts';
import type { Actor } from './ppo/forward.ts';
import type { Asking } from './question.ts';
import { RuleOnPool } from './rule-on-pool.ts';

/** The rules that the learned policy is held against: those that do best untuned on demand of all kinds. */
const rules = [skiRental, lcp];

/** The fleet in force, where it is not what the learned policy wants, and why. */
export interface RuleVote {
  readonly vms: number;
  readonly because: string;
}

/** The levels of one pool under guard: the vote on a fleet on paper, and rules beside it that serve what the pools before it leave. */
export class GuardedLevels {
  readonly #sizer: FleetSizer;
  readonly #rules: readonly RuleOnPool[];
  readonly #guard: Guard;
  readonly #pool: number;
  /** Whether costs on paper are costs: another pool is not there at once as Lambda is, and what the router pays with its accuracy credit depends on who earned it. */
  readonly #isExact: boolean;

  /** @param sizer of the fleet that is there; @param isLast of the stack */
  constructor(
    actor: Actor,
    levels: LevelPool,
    profile: ServiceProfile,
    prices: PriceBook,
    sizer: FleetSizer,
    isLast: boolean,
  ) {
    this.#pool = levels.pool;
    this.#isExact = isLast && !routerBudgets(profile).accuracy;
    this.#sizer = new FleetSizer(actor, profile.pools[levels.pool]!, levels, sizer);
    this.#rules = rules.map((rule) => new RuleOnPool(rule, levels, profile, prices, isLast));
    this.#guard = new Guard(levels, profile.decisionSeconds, rules.length);
  }

  /**
   * Null: what the learned policy wants. Called at every decision with arrivals.
   *
   * @param wanted VMs, by the learned policy
   * @param doubt why the learned policy must have no say now, whatever it costs; null where it may
   */
  *deciding(observation: Observation, seen: Seen, wanted: number, doubt: string | null): Asking<RuleVote | null> {
    const wishes = this.#rules.map((rule) => rule.vms(observation, seen.served));
    const state = this.#guard.book(observation, observation.pools[this.#pool]!, seen.served, seen.terms.ratio);
    // Where costs on paper are none, the learned policy has a say on no paper: the network need not be asked about it.
    const onPaper = this.#isExact ? (yield* this.#sizer.voting(seen, state)).vms : wanted;
    this.#guard.follow(observation.timeSeconds, [onPaper, ...wishes]);
    if (!this.#isExact && doubt === null) return null;
    const vms = majority([wanted, ...wishes], this.#guard.says(doubt === null));
    if (doubt !== null) return { vms, because: `the rules act with ${vms} VMs: ${doubt}` };
    return vms === wanted ? null : { vms, because: `the rules make it ${vms} VMs: ${this.comparison}` };
  }

  /** How the rules would have done beside the learned policy; empty while nobody can tell. */
  get comparison(): string {
    if (!this.#isExact || !this.#guard.knows) return '';
    const compared = this.#guard.advantages.map((advantage, rule) => {
      const share = (100 * Math.abs(advantage)).toFixed(1);
      return `${rules[rule]!.name} would have cost ${share} % ${advantage < 0 ? 'more' : 'less'}`;
    });
    return `over the last hours ${compared.join(' and ')}`;
  }
}
