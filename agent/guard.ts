import type { Observation, PoolState } from '../env/types.ts';
import { stockSeconds } from '../policies/overload-price.ts';
import type { LevelPool } from './level-terms.ts';
import { PaperCredit } from './paper-credit.ts';
import { PaperFleet } from './paper-fleet.ts';

/** Costs on paper fade to half in so many intervals. */
const halfLifeIntervals = 240;
/** A say halves with every such share by which one has been dearer than the cheapest. */
const halvingShare = 0.01;
/** What is seen counts as if it came after so many intervals in which all had cost the same. */
const priorIntervals = 30;

/** One of those who have a say. */
export interface Member {
  /** What it says counts so much while all have cost the same. */
  readonly say: number;
  /** Whether a network takes part in it. */
  readonly isLearned: boolean;
}

/**
 * Lets others have their say where the learned policy does badly. It and they keep a fleet on paper each, paid for by the demand that was seen,
 * and the say of each falls with what its fleet has cost: the weighted majority of Littlestone and Warmuth (1994), whose weights are what each
 * loses, with memory that fades (Herbster and Warmuth 1998). The fleet in force is what the majority would not have smaller: each level of it
 * is on where most of the say would have it on. So a policy that was trained for other traffic costs hardly more than the best of the rules.
 */
export class Guard {
  readonly #levels: LevelPool;
  readonly #decisionSeconds: number;
  readonly #members: readonly Member[];
  /** [member] */
  #fleets: readonly PaperFleet[] = [];

  /** @param members the learned policy is the first */
  constructor(levels: LevelPool, decisionSeconds: number, members: readonly Member[]) {
    this.#levels = levels;
    this.#decisionSeconds = decisionSeconds;
    this.#members = members;
  }

  /**
   * The first half of a decision with arrivals.
   *
   * @param found VMs that are there; @param served by the pools before this one, requests per second; @param ratio at which all pay for what spills
   * @returns [member] its fleet on paper, for which it is to be asked
   */
  book(observation: Observation, found: PoolState, served: number, ratio: number): PoolState[] {
    if (this.#fleets.length === 0) {
      const { terms, credit } = this.#levels;
      const ownCredit = () => (credit ? new PaperCredit(credit, stockSeconds / this.#decisionSeconds) : null);
      this.#fleets = this.#members.map(() => new PaperFleet(terms, found, ownCredit()));
    }
    this.#settle(observation, served, ratio);
    return this.#fleets.map(({ state }) => state);
  }

  /** The second half. @param wishes [member] VMs */
  follow(timeSeconds: number, wishes: readonly number[]): void {
    for (const [member, fleet] of this.#fleets.entries()) fleet.follow(wishes[member]!, timeSeconds);
  }

  /** Whether anything was paid for yet. */
  get knows(): boolean {
    return this.#fleets.some(({ intervals }) => intervals > 0);
  }

  /** [member after the first] Share by which it has been cheaper than the learned policy; negative where it was dearer. */
  get advantages(): number[] {
    const [agent, ...others] = this.#fleets as [PaperFleet, ...PaperFleet[]];
    return others.map(({ net }) => (agent.cost === 0 ? 0 : (agent.net - net) / agent.cost));
  }

  /** [member] How much each has to say. @param isTrusted false: those in which a network takes part have nothing to say */
  says(isTrusted: boolean): number[] {
    const may = this.#members.map(({ isLearned }) => isTrusted || !isLearned);
    const asked = this.#fleets.filter((_, member) => may[member]);
    const best = asked.reduce((least, one) => (one.net < least.net ? one : least));
    return this.#fleets.map(({ net, intervals }, member) => {
      if (!may[member]) return 0;
      const dearer = net === best.net ? 0 : ((net - best.net) / best.cost) * (intervals / (intervals + priorIntervals));
      return this.#members[member]!.say * 2 ** (-dearer / halvingShare);
    });
  }

  #settle({ arrivals, timeSeconds }: Observation, served: number, ratio: number): void {
    if (!arrivals) return;
    const start = timeSeconds - arrivals.ageSeconds - this.#decisionSeconds;
    const demand = arrivals.value.map((rate) => Math.max(0, rate - served) / this.#levels.vmPerSecond);
    const fading = 2 ** (-1 / halfLifeIntervals);
    for (const fleet of this.#fleets) fleet.book(start, demand, ratio, fading);
  }
}

/** The least of the values that is not below what more than half of the says are for. */
export function majority(values: readonly number[], says: readonly number[]): number {
  const half = says.reduce((sum, say) => sum + say, 0) / 2;
  const rising = values.map((value, index) => ({ value, say: says[index]! })).sort((a, b) => a.value - b.value);
  let sum = 0;
  for (const { value, say } of rising) {
    sum += say;
    if (sum > half) return value;
  }
  return rising.at(-1)!.value;
}
