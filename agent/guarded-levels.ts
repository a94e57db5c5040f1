import { routerBudgets } from '../env/physics/budgets.ts';
import type { Observation, PoolState, PriceBook, ServiceProfile } from '../env/types.ts';
import { lcp } from '../policies/rules/lcp.ts';
import { skiRental } from '../policies/rules/ski-rental.ts';
import { FleetSizer, type Seen } from './fleet-sizer.ts';
import { Guard, majority } from './guard.ts';
import { LevelProspect } from './level-prospect.ts';
import type { LevelPool } from './level-terms.ts';
import type { Actor } from './ppo/forward.ts';
import type { Asking } from './question.ts';
import { RuleOnPool } from './rule-on-pool.ts';

/** Who has a say in every level. Together with the network's preference, a gain of what a level in full use costs elsewhere in an interval counts twenty logits. */
const opinions = [
  { name: 'the network alone', say: 2, isLearned: true, perLogit: 1, perGain: 0 },
  { name: 'with precedents', say: 2, isLearned: true, perLogit: 1, perGain: 20 },
  { name: 'precedents alone', say: 1, isLearned: false, perLogit: 0, perGain: 1 },
] as const;

/** The rules that have one in the fleet: those that do best untuned on demand of all kinds. Where they only stand in for a policy in doubt, the first will do. */
const rules = [skiRental, lcp];

/** The fleet in force, where it is not what the learned policy wants, and why. */
export interface RuleVote {
  readonly vms: number;
  readonly because: string;
}

/** [opinion] VMs, by its fleet on paper and by the one that is there. */
interface Wishes {
  readonly onPaper: readonly number[];
  readonly there: readonly number[];
}

/** The levels of one pool under guard: all who have a say each lead a fleet on paper, and serve what the pools before it leave. */
export class GuardedLevels {
  /** Of the fleet that is there. */
  readonly #there: FleetSizer;
  /** [opinion] Of its fleet on paper; none where costs on paper are none. */
  readonly #sizers: readonly FleetSizer[];
  readonly #prospect: LevelProspect;
  readonly #rules: readonly RuleOnPool[];
  readonly #guard: Guard;
  readonly #pool: number;
  /** [member after the first] */
  readonly #names: readonly string[];
  /**
   * Whether costs on paper are costs: another pool is not there at once as Lambda is, and accuracy credit that pools share belongs to none of their fleets. What a larger variant
   * earns in idle slots is in no account on paper: it is little (docs/agent.md).
   */
  readonly #isExact: boolean;

  /** @param there sizes the fleet that is there; @param isLast of the stack */
  constructor(
    actor: Actor,
    levels: LevelPool,
    profile: ServiceProfile,
    prices: PriceBook,
    there: FleetSizer,
    isLast: boolean,
  ) {
    this.#pool = levels.pool;
    this.#isExact = isLast && (profile.pools.length === 1 || !routerBudgets(profile).accuracy);
    const held = this.#isExact ? opinions : opinions.slice(0, 1);
    this.#there = there;
    const onPaper = this.#isExact ? opinions : [];
    this.#sizers = onPaper.map(() => new FleetSizer(actor, profile.pools[levels.pool]!, levels, there));
    this.#prospect = new LevelProspect(levels, profile.decisionSeconds);
    const those = isLast ? rules : rules.slice(0, 1);
    this.#rules = those.map((rule) => new RuleOnPool(rule, levels, profile, prices, isLast));
    this.#guard = new Guard(levels, profile.decisionSeconds, [
      ...held,
      ...those.map(() => ({ say: 1, isLearned: false })),
    ]);
    this.#names = [...held, ...those].slice(1).map(({ name }) => name);
  }

  /**
   * Null: what the network wants. Called at every decision with arrivals.
   *
   * @param wanted VMs, by the network, which has just voted on the fleet that is there
   * @param doubt why nobody must have a say now in whom the network takes part, whatever it costs; null where they may
   */
  *deciding(observation: Observation, seen: Seen, wanted: number, doubt: string | null): Asking<RuleVote | null> {
    const ruled = this.#rules.map((rule) => rule.vms(observation, seen.served));
    const states = this.#guard.book(
      observation,
      observation.pools[this.#pool]!,
      seen.served,
      seen.uncreditedRatio ?? seen.terms.ratio,
    );
    // Where costs on paper are none, the network has a say on no paper, and need not be asked about it.
    const { onPaper, there } = this.#isExact
      ? yield* this.#asking(seen, observation.pools[this.#pool]!, states)
      : { onPaper: [wanted], there: [wanted] };
    this.#guard.follow(observation.timeSeconds, [...onPaper, ...ruled]);
    if (!this.#isExact && doubt === null) return null;
    const vms = majority([...there, ...ruled], this.#guard.says(doubt === null));
    if (doubt !== null) return { vms, because: `the rules act with ${vms} VMs: ${doubt}` };
    return vms === wanted ? null : { vms, because: `the vote makes it ${vms} VMs: ${this.comparison}` };
  }

  *#asking(seen: Seen, present: PoolState, states: readonly PoolState[]): Asking<Wishes> {
    // What the pools before this one serve may be other than what was voted on, where the rules have acted on them.
    if (!this.#there.hasSeen(seen)) yield* this.#there.voting(seen, present);
    for (const [index, { isLearned }] of opinions.entries()) {
      if (isLearned) yield* this.#sizers[index]!.voting(seen, states[index]!);
      else this.#sizers[index]!.look(seen, states[index]!);
    }
    this.#prospect.look(seen);
    return {
      onPaper: opinions.map((weights, index) => this.#sizers[index]!.vmsBy(weights, this.#prospect)),
      there: opinions.map((weights) => this.#there.vmsBy(weights, this.#prospect)),
    };
  }

  /** What the others would have cost over what the network alone would have; empty while nobody can tell. */
  get comparison(): string {
    if (!this.#isExact || !this.#guard.knows) return '';
    const compared = this.#guard.advantages.map((advantage, other) => {
      const percent = Number((-100 * advantage).toFixed(1));
      return `${this.#names[other]!} ${percent < 0 ? '' : '+'}${percent} %`;
    });
    return `cost of the last hours on paper, beside the network alone: ${compared.join(', ')}`;
  }
}
