import type { Observation, Policy, PriceBook, ServiceProfile } from '../env/types.ts';
import { defaultValues } from '../policies/kind.ts';
import { skiRental } from '../policies/rules/ski-rental.ts';
import { FleetSizer, type Seen } from './fleet-sizer.ts';
import { Guard } from './guard.ts';
import type { LevelPool } from './level-terms.ts';
import type { Actor } from './ppo/forward.ts';
import type { Asking } from './question.ts';

/** The rule that the learned policy is held against, as it did best over all price ratios on the traces that were trained on. */
const ruleValues = { startShare: 0.5, stopShare: 0.25, lambdaFactor: 1, halfLifeSeconds: 600 };

/** What the rule wants where it is to act, and why it is. */
export interface RuleVote {
  readonly vms: number;
  readonly because: string;
}

/** The levels of one pool under guard: the vote on a fleet on paper, and a rule beside it. */
export class GuardedLevels {
  readonly #sizer: FleetSizer;
  readonly #rule: Policy;
  readonly #guard: Guard;
  readonly #pool: number;

  /** @param sizer of the fleet that is there */
  constructor(actor: Actor, levels: LevelPool, profile: ServiceProfile, prices: PriceBook, sizer: FleetSizer) {
    this.#pool = levels.pool;
    this.#sizer = new FleetSizer(actor, profile.pools[levels.pool]!, levels, sizer);
    const values = { ...defaultValues(skiRental), ...ruleValues, pool: levels.pool + 1 };
    this.#rule = skiRental.create(profile, prices, values);
    this.#guard = new Guard(levels, profile.decisionSeconds);
  }

  /**
   * Null: the learned policy acts. Called at every decision with arrivals.
   *
   * @param doubt why the learned policy must not act now, whatever it costs; null where it may
   */
  *deciding(observation: Observation, seen: Seen, doubt: string | null): Asking<RuleVote | null> {
    const vms = this.#rule.decide(observation).action.vmCounts[this.#pool]!;
    const state = this.#guard.book(observation, observation.pools[this.#pool]!, seen.served, seen.terms.ratio);
    const { vms: wanted } = yield* this.#sizer.voting(seen, state);
    const isRule = this.#guard.judge(observation.timeSeconds, wanted, vms);
    if (doubt !== null) return { vms, because: `ski-rental acts with ${vms} VMs: ${doubt}` };
    if (!isRule) return null;
    return {
      vms,
      because: `ski-rental acts with ${vms} VMs: over the last hours it would have cost ${this.#compared()}`,
    };
  }

  /** How the rule would have done beside the learned policy; empty before that is known. */
  get comparison(): string {
    return this.#guard.knows ? `ski-rental would have cost ${this.#compared()} over the last hours` : '';
  }

  #compared(): string {
    const advantage = this.#guard.ruleAdvantage;
    return `${(100 * Math.abs(advantage)).toFixed(1)} % ${advantage < 0 ? 'more' : 'less'}`;
  }
}
