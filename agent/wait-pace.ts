import type { Action, Observation, ServiceProfile } from '../env/types.ts';
import { newestRate } from '../policies/demand.ts';

/** While no more than this part of the allowed misses is spent, a request may wait for all the slack of its deadline. */
const freeShare = 0.5;
/** What is seen counts as if it came after so long a time in which `priorSpent` of the allowed misses were spent: then half of the slack is waited, as rules do. */
const priorSeconds = 1800;
const priorSpent = 0.75;
/** Misses fade to half in a day. */
const halfLifeSeconds = 86_400;

/**
 * How long requests may wait for a VM before they spill, paced by the promise: the longer they wait, the cheaper they are, and the more are late. So they wait
 * for all the slack while enough of the allowed misses is left (an error budget: Beyer et al. 2016, Site Reliability Engineering, chapter 3), for
 * less once more than half is spent, and not at all when none is left. What is late or lost counts, whatever made it so.
 */
export class WaitPace {
  readonly #profile: ServiceProfile;
  readonly #fading: number;
  #requests = 0;
  #missed = 0;
  #intervals = 0;

  constructor(profile: ServiceProfile) {
    this.#profile = profile;
    this.#fading = 2 ** (-profile.decisionSeconds / halfLifeSeconds);
  }

  /** Takes in what is seen before a decision; a class whose attainment is absent says nothing. */
  observe(observation: Observation): void {
    const rate = newestRate(observation);
    if (rate === null) return;
    this.#requests *= this.#fading;
    this.#missed *= this.#fading;
    this.#intervals *= this.#fading;
    for (const [index, { share }] of this.#profile.slo.classes.entries()) {
      const kept = observation.attainment[index];
      if (!kept) continue;
      this.#requests += rate * share;
      this.#missed += rate * share * (1 - kept.value);
      this.#intervals += share;
    }
  }

  /** Of the slack of a deadline, 0 to 1; in hundredths, so that a router is not told anew of next to nothing. */
  get share(): number {
    const share = (1 - this.#spent) / (1 - freeShare);
    return Math.round(100 * Math.max(0, Math.min(1, share))) / 100;
  }

  /** An action that lets requests wait for all their slack, with waits of that share. */
  shortened(action: Action): Action {
    const { share } = this;
    const maxWaitMs = action.spillover.maxWaitMs.map((ms) => (ms === null ? null : share * ms));
    return { ...action, spillover: { ...action.spillover, maxWaitMs } };
  }

  /** For the journal. */
  get sentence(): string {
    return `; requests may wait for ${percent(this.share)} of their slack, with ${percent(this.#spent)} of the allowed misses spent`;
  }

  /** Of the allowed misses, above 1 where the promise is missed. */
  get #spent(): number {
    const prior = priorSeconds / this.#profile.decisionSeconds;
    const missed = this.#requests === 0 ? 0 : this.#missed / this.#requests;
    const spent = missed / (1 - this.#profile.slo.attainment);
    return (spent * this.#intervals + priorSpent * prior) / (this.#intervals + prior);
  }
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
