import type { Observation, ServiceProfile } from '../env/types.ts';

/**
 * What the answers so far have been above the accuracy floor, in requests times accuracy: what less accurate answers may spend.
 * Nothing is credited in the first intervals, so that a mean taken from a little later on keeps the floor too; what has been decided and
 * is not yet seen, or was lost on the way, counts as spent.
 */
export class AccuracyCredit {
  readonly #profile: ServiceProfile;
  readonly #delayIntervals: number;
  #seen = 0;
  #intervals = 0;
  /** Least credit that the intervals not seen yet may bring, oldest first. */
  #pending: number[] = [];

  constructor(profile: ServiceProfile) {
    this.#profile = profile;
    this.#delayIntervals = Math.ceil(profile.metrics.delaySeconds / profile.decisionSeconds);
  }

  /** Takes in what is seen before a decision. */
  observe({ accuracy, arrivals }: Observation): void {
    const isDue = this.#pending.length > this.#delayIntervals;
    const expected = isDue ? this.#pending.shift()! : 0;
    if (!isDue) return;
    this.#intervals++;
    if (!accuracy || !arrivals) {
      this.#seen += Math.min(0, expected);
      return;
    }
    const requests = (sum(arrivals.value) / arrivals.value.length) * this.#profile.decisionSeconds;
    const gained = (accuracy.value - this.#profile.accuracyFloor) * requests;
    if (gained < 0 || this.#intervals > 10) this.#seen += gained;
  }

  /** @param slack accuracy of the chosen variant less the floor; @param requests that the interval may bring at the most */
  decide(slack: number, requests: number): void {
    this.#pending.push(slack * requests);
  }

  get value(): number {
    return this.#seen + this.#pending.reduce((total, one) => total + Math.min(0, one), 0);
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
