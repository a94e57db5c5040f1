/** Misses fade to half in a day. */
const halfLifeSeconds = 86_400;
/** What is seen counts as if it came after so long a time. */
const priorSeconds = 1800;

/** How much of the misses that a promise allows is spent (an error budget: Beyer et al. 2016, Site Reliability Engineering, chapter 3). */
export class MissAccount {
  readonly #allowed: number;
  readonly #fading: number;
  readonly #prior: number;
  readonly #priorSpent: number;
  #requests = 0;
  #missed = 0;
  #intervals = 0;

  /**
   * @param promised share of requests in time, in (0, 1)
   * @param priorSpent of the allowed misses, in the time before anything is seen
   */
  constructor(promised: number, decisionSeconds: number, priorSpent: number) {
    this.#allowed = 1 - promised;
    this.#fading = 2 ** (-decisionSeconds / halfLifeSeconds);
    this.#prior = priorSeconds / decisionSeconds;
    this.#priorSpent = priorSpent;
  }

  /** An interval begins: what was booked counts less. */
  fade(): void {
    this.#requests *= this.#fading;
    this.#missed *= this.#fading;
    this.#intervals *= this.#fading;
  }

  /** Requests of the interval, or their rate, the share of them that missed, and what part of an interval they stand for. */
  book(requests: number, missedShare: number, part: number): void {
    this.#requests += requests;
    this.#missed += requests * missedShare;
    this.#intervals += part;
  }

  /** What is left of the allowed misses, in the requests of an interval; below 0 where the promise is missed. */
  get left(): number {
    return (1 - this.spent) * this.#allowed * (this.#intervals + this.#prior);
  }

  /** Of the allowed misses, above 1 where the promise is missed. */
  get spent(): number {
    const missed = this.#requests === 0 ? 0 : this.#missed / this.#requests;
    const spent = missed / this.#allowed;
    return (spent * this.#intervals + this.#priorSpent * this.#prior) / (this.#intervals + this.#prior);
  }
}
