import { decay } from '../physics/decay.ts';

/**
 * The slots at work, as a fluid with exponential service: demand fills them, at most all, and they empty at their service rate.
 * Follows the number of requests in an M/G/∞ system in the mean, cut at the number of slots.
 */
export class BusySlots {
  /** Requests per second that would keep as many slots at work as an arrival of the second finds, were there slots for all. */
  seen = 0;
  /** Part of the second in which all were at work and more was wanted. */
  saturated = 0;
  /** Requests that can start within the second. */
  startable = Number.POSITIVE_INFINITY;
  passed = 0;
  #servers = 0;
  #capacity = 0;
  #serviceSeconds = 0;
  /** Of a difference between the number at work and the load: what is left of it after a second, and its mean over the second. */
  #left = 0;
  #mean = 0;
  #busy = 0;
  /** The same were there slots for all in a second of overload; and before the last second. */
  #wanted = 0;
  #wantedBefore = 0;

  /** At most 1. */
  readonly #squaredCv: number;

  constructor(serviceCv: number) {
    this.#squaredCv = Math.min(1, serviceCv ** 2);
  }

  /** Number at work. */
  get busy(): number {
    return this.#busy;
  }

  /** Takes back the last second, before which so many were at work. */
  goBack(busy: number): void {
    this.#busy = busy;
    this.#wanted = this.#wantedBefore;
  }

  /** The slots that serve, and the requests per second they serve together. */
  measure(servers: number, capacity: number): void {
    const serviceSeconds = servers > 0 ? servers / capacity : 0;
    if (serviceSeconds !== this.#serviceSeconds) {
      this.#left = servers > 0 ? Math.exp(-1 / serviceSeconds) : 0;
      this.#mean = serviceSeconds * (1 - this.#left);
    }
    this.#serviceSeconds = serviceSeconds;
    this.#servers = servers;
    this.#capacity = capacity;
    if (this.#busy > servers) this.#busy = servers;
  }

  /**
   * The seconds from `first` on, [offset + second], with at most `most` requests, in which surely nobody waits.
   * Returns the first other one, or `end`; leaves in `passed` how many requests they had.
   */
  pass(counts: ArrayLike<number>, offset: number, first: number, end: number, most: number): number {
    const left = this.#left;
    const joining = this.#serviceSeconds * (1 - left);
    let busy = this.#busy;
    let passed = 0;
    let second = first;
    for (; second < end; second++) {
      const count = counts[offset + second]!;
      if (count > most) break;
      busy = busy * left + count * joining;
      passed += count;
    }
    this.#busy = Math.min(busy, this.#servers);
    if (second > first) this.#wanted = 0;
    this.passed = passed;
    return second;
  }

  /** A second with `offered` requests and `waiting` ones before it; each finds the others, `offered` less `itself`. */
  run(offered: number, itself: number, waiting: number): void {
    const load = offered * this.#serviceSeconds;
    const others = Math.max(offered - itself, 0);
    // After a second of overload another one finds the slots as it needs them; a quieter one finds no more at work than there are.
    const before = Math.max(this.#busy, Math.min(this.#wanted, load));
    this.seen = this.#servers > 0 ? others + (before / this.#serviceSeconds - others) * this.#mean : offered;
    this.#wantedBefore = this.#wanted;
    this.#wanted = load + (before - load) * this.#left;
    if (this.#servers === 0) this.#stall();
    else if (waiting > 0) this.#workOff(offered, waiting, load);
    else if (load > this.#servers) this.#fill(offered, load);
    else {
      this.#clear();
      this.#busy = load + (this.#busy - load) * this.#left;
    }
  }

  #stall(): void {
    this.saturated = 1;
    this.startable = this.#busy = 0;
  }

  #clear(): void {
    this.saturated = 0;
    this.startable = Number.POSITIVE_INFINITY;
  }

  #workOff(offered: number, waiting: number, load: number): void {
    if (waiting + offered >= this.#capacity) {
      this.saturated = 1;
      this.startable = this.#capacity;
      this.#busy = this.#servers;
      return;
    }
    this.#clear();
    this.saturated = waiting / (this.#capacity - offered);
    this.#busy = load + (this.#servers - load) * decay((1 - this.saturated) / this.#serviceSeconds);
  }

  #fill(offered: number, load: number): void {
    const untilFull = this.#serviceSeconds * Math.log((load - this.#busy) / (load - this.#servers));
    this.#clear();
    if (untilFull >= 1) {
      this.#busy = load + (this.#busy - load) * this.#left;
      return;
    }
    this.saturated = 1 - untilFull;
    // Those just begun last for longer than what is left, s (1 + cv²)/2 in the mean, of services that are met at any time (Cox 1962, "Renewal Theory").
    const fresh = ((1 - this.#squaredCv) / 2) * Math.min(untilFull, this.#serviceSeconds);
    this.startable = this.#capacity + (offered - this.#capacity) * (untilFull - fresh);
    this.#busy = this.#servers;
  }
}

/**
 * Share of the variance of the number at work that `BusySlots` follows from the counts of the seconds. `counted`: the share of the
 * counted requests that come here.
 */
export function explained(serviceSeconds: number, counted: number): number {
  return serviceSeconds > 0 ? counted * serviceSeconds * Math.tanh(0.5 / serviceSeconds) : 0;
}
