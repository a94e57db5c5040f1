import type { Observation, PoolState } from '../env/types.ts';
import type { LevelPool } from './level-terms.ts';
import { PaperFleet } from './paper-fleet.ts';

/** Costs on paper fade to half in so many intervals. */
const halfLifeIntervals = 120;
/** So much has to be known before anything is handed over. */
const leastIntervals = 60;
/** The rule takes over where it is cheaper by this share, and hands back where it is no cheaper any more. */
const takeOverShare = 0.1;

/** What the policy and the rule would each have done. */
export interface GuardedWishes {
  readonly agent: (state: PoolState) => number;
  readonly rule: number;
}

/**
 * Lets a rule act where the learned policy does badly. Both keep a fleet on paper, paid for by the demand that was seen, and the one that
 * was cheaper over the last hours acts. So a policy that was trained for other traffic costs little more than the rule, soon.
 */
export class Guard {
  readonly #levels: LevelPool;
  readonly #decisionSeconds: number;
  #agent: PaperFleet | null = null;
  #rule: PaperFleet | null = null;
  #intervals = 0;
  #isRule = false;

  constructor(levels: LevelPool, decisionSeconds: number) {
    this.#levels = levels;
    this.#decisionSeconds = decisionSeconds;
  }

  /** Share by which the rule has been cheaper; negative where it was dearer. */
  get ruleAdvantage(): number {
    if (!this.#agent || !this.#rule || this.#agent.cost === 0) return 0;
    return 1 - this.#rule.cost / this.#agent.cost;
  }

  /** Whether enough is known to compare the two. */
  get knows(): boolean {
    return this.#intervals >= leastIntervals;
  }

  /** True where the rule is to act. Called at every decision with arrivals. @param served by the pools before this one, requests per second */
  decide(observation: Observation, found: PoolState, served: number, wishes: GuardedWishes): boolean {
    const state = this.book(observation, found, served, this.#levels.terms.ratio);
    return this.judge(observation.timeSeconds, wishes.agent(state), wishes.rule);
  }

  /** The first half of `decide`. @param ratio at which both pay for what spills @returns the policy's fleet on paper, for which it is to be asked */
  book(observation: Observation, found: PoolState, served: number, ratio: number): PoolState {
    this.#agent ??= new PaperFleet(this.#levels.terms, found);
    this.#rule ??= new PaperFleet(this.#levels.terms, found);
    this.#settle(observation, served, ratio);
    return this.#agent.state;
  }

  /** The second half of `decide`. @param agent VMs that the policy wants, and @param rule the rule */
  judge(timeSeconds: number, agent: number, rule: number): boolean {
    this.#agent!.follow(agent, timeSeconds);
    this.#rule!.follow(rule, timeSeconds);
    this.#intervals++;
    if (this.knows) {
      this.#isRule = this.ruleAdvantage > (this.#isRule ? 0 : takeOverShare);
    }
    return this.#isRule;
  }

  #settle({ arrivals, timeSeconds }: Observation, served: number, ratio: number): void {
    if (!arrivals) return;
    const start = timeSeconds - arrivals.ageSeconds - this.#decisionSeconds;
    const demand = arrivals.value.map((rate) => Math.max(0, rate - served) / this.#levels.vmPerSecond);
    const fading = 2 ** (-1 / halfLifeIntervals);
    this.#agent!.book(start, demand, ratio, fading);
    this.#rule!.book(start, demand, ratio, fading);
  }
}
