import { unearnedSeconds } from '../env/physics/budgets.ts';
import type { PoolState } from '../env/types.ts';
import { endOfLifeCost, servingShare } from './level-economy.ts';
import type { LevelTerms } from './level-terms.ts';
import type { PaperCredit } from './paper-credit.ts';

interface Interval {
  readonly startSeconds: number;
  /** VM-intervals. */
  readonly billed: number;
  /** VMs that serve, those that become ready within the interval in part. */
  readonly capacity: number;
}

/**
 * A fleet that exists on paper alone: it does as it is told, and what it costs is booked once the demand is known. Demand does not depend on
 * decisions, so what a policy would have cost that did not act is known as well as what the one cost that did.
 */
export class PaperFleet {
  readonly #terms: LevelTerms;
  readonly #credit: PaperCredit | null;
  #ready: number;
  /** Intervals of boot to go, oldest first. */
  #boots: number[];
  /** Intervals whose demand is not known yet. */
  #open: Interval[] = [];
  /** VM-intervals; old ones fade. */
  cost = 0;
  /** Of the credit that is left, in VM-intervals. */
  #worth = 0;
  /** That were booked; old ones fade as their costs do. */
  intervals = 0;

  /** @param credit that answers what is too much, as far as it goes; null: none does */
  constructor(terms: LevelTerms, { ready, booting }: PoolState, credit: PaperCredit | null = null) {
    this.#terms = terms;
    this.#credit = credit;
    this.#ready = ready;
    this.#boots = new Array<number>(booting).fill(terms.bootIntervals);
  }

  /** Less what the credit is worth that is left: a fleet that has spent it has cost what will be missing. */
  get net(): number {
    return this.cost - this.#worth;
  }

  get state(): PoolState {
    return { ready: this.#ready, booting: this.#boots.length };
  }

  /** Lets one interval pass with so many VMs. */
  follow(vms: number, startSeconds: number): void {
    const { bootIntervals } = this.#terms;
    let leaving = 0;
    while (this.#ready + this.#boots.length > vms) {
      const left = this.#boots.pop();
      leaving += endOfLifeCost(this.#terms, left === undefined, left === undefined ? Infinity : bootIntervals - left);
      if (left === undefined) this.#ready--;
    }
    while (this.#ready + this.#boots.length < vms) this.#boots.push(bootIntervals);
    const capacity = this.#boots.reduce((sum, left) => sum + servingShare(left), this.#ready);
    this.#open.push({ startSeconds, billed: vms + leaving, capacity });
    const boots = this.#boots.map((left) => left - 1);
    this.#boots = boots.filter((left) => left > 0);
    this.#ready += boots.length - this.#boots.length;
  }

  /**
   * Books the interval that began then; one that was never followed is left out.
   *
   * @param demand [bin] in VMs
   * @param ratio price of a unit of work elsewhere over its price on a full VM
   * @param fading what a cost is worth an interval later
   */
  book(startSeconds: number, demand: readonly number[], ratio: number, fading: number): void {
    const open = this.#open.find((one) => Math.abs(one.startSeconds - startSeconds) < 1e-6);
    this.#open = this.#open.filter((one) => one.startSeconds > startSeconds);
    if (!open) return;
    const spilled = demand.reduce((sum, one) => sum + this.#overload(one, open, demand.length), 0) / demand.length;
    this.cost = fading * this.cost + open.billed + ratio * spilled;
    this.intervals = fading * this.intervals + 1;
    this.#worth = this.#credit?.worth(ratio) ?? 0;
  }

  #overload(demand: number, { capacity, startSeconds }: Interval, bins: number): number {
    if (!this.#credit) return Math.max(0, demand - capacity);
    return this.#credit.overload(demand, capacity, 1 / bins, startSeconds >= unearnedSeconds);
  }
}
