import { carriedCredit, missesLeft } from '../physics/budgets.ts';
import type { ServiceProfile } from '../types.ts';
import type { Ledger } from './ledger.ts';

/** The sums over the whole run that the router's budgets are measured by: what a ledger holds, and what was carried from it before. */
export class RunningAccount {
  readonly #profile: ServiceProfile;
  readonly #ledger: Ledger;
  #credit = 0;
  /** [class] */
  readonly #requests: Float64Array;
  readonly #misses: Float64Array;

  constructor(profile: ServiceProfile, ledger: Ledger) {
    this.#profile = profile;
    this.#ledger = ledger;
    this.#requests = new Float64Array(profile.slo.classes.length);
    this.#misses = new Float64Array(profile.slo.classes.length);
  }

  /** Sum over the answers of the accuracy above the floor. */
  get credit(): number {
    this.#ledger.book();
    const { inTime, late, accuracySum } = this.#ledger;
    let answered = 0;
    for (let k = 0; k < inTime.length; k++) answered += inTime[k]! + late[k]!;
    return this.#credit + accuracySum - answered * this.#profile.accuracyFloor;
  }

  /** Requests of a class that may still be answered late. */
  missesLeft(classIndex: number): number {
    this.#ledger.book();
    const { requests, late, lost } = this.#ledger;
    const k = classIndex;
    const misses = this.#misses[k]! + late[k]! + lost[k]!;
    return missesLeft(this.#profile.slo.attainment, this.#requests[k]! + requests[k]!, misses);
  }

  /** Takes over what the ledger holds, `seconds` into the run; to be called before it is closed or cleared. */
  carry(seconds: number): void {
    this.#credit = carriedCredit(this.credit, seconds);
    const { requests, late, lost } = this.#ledger;
    for (let k = 0; k < requests.length; k++) {
      this.#requests[k]! += requests[k]!;
      this.#misses[k]! += late[k]! + lost[k]!;
    }
  }
}
