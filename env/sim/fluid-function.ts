import type { LambdaTier } from '../physics/service.ts';
import type { Ledger } from './ledger.ts';

/** Spread of a Poisson number around its mean that a warm pool has come to cover, in standard deviations. */
const peakDeviations = 2;

/**
 * The environments of one Lambda function, as a fluid. Environments are used last-in first-out, so the pool is as large as the most that
 * were at work within the keep-alive. In a second that needs more than are warm, the uncovered part of the requests starts cold,
 * each with an environment of its own, until the first of those is warm.
 */
export class FluidFunction {
  /** Of the last second: share of the requests that started cold, and that were throttled. */
  coldShare = 0;
  throttledShare = 0;
  readonly tier: LambdaTier;
  readonly #concurrencyLimit: number;
  readonly #keepAliveSeconds: number;
  /** [second modulo] Environments that become warm then. */
  readonly #starting: Float64Array;
  /** [interval modulo] Most environments at work in the interval. */
  readonly #most: Float64Array;
  #warm = 0;
  #seconds = 0;
  #interval = 0;

  constructor(
    tier: LambdaTier,
    limits: { keepAliveSeconds: number; concurrencyLimit: number },
    intervalSeconds: number,
  ) {
    this.tier = tier;
    this.#concurrencyLimit = limits.concurrencyLimit;
    this.#keepAliveSeconds = limits.keepAliveSeconds;
    this.#starting = new Float64Array(Math.ceil(tier.coldStartSeconds) + 1);
    this.#most = new Float64Array(Math.max(1, Math.ceil(limits.keepAliveSeconds / intervalSeconds)));
  }

  /** The second `now` brings so many requests; writes what Lambda bills. Seconds without requests may be left out. */
  serve(requests: number, now: number, ledger: Ledger): void {
    this.#warmUp(now);
    const slot = now % this.#starting.length;
    this.coldShare = this.throttledShare = 0;
    const { serviceSeconds, coldStartSeconds, gigabytes } = this.tier;
    const busy = requests * serviceSeconds;
    const atLeastOne = Math.min(1, requests * this.#keepAliveSeconds);
    const needed = Math.max(atLeastOne, busy + peakDeviations * Math.sqrt(busy));
    if (needed > this.#warm) this.coldShare = (needed - this.#warm) / needed;
    const inUse = busy + this.coldShare * requests * coldStartSeconds;
    if (inUse > this.#concurrencyLimit) this.throttledShare = 1 - this.#concurrencyLimit / inUse;
    const served = requests * (1 - this.throttledShare);
    const cold = served * this.coldShare;
    this.#starting[(slot + this.#starting.length - 1) % this.#starting.length]! += cold;
    const interval = this.#interval % this.#most.length;
    const most = Math.min(needed, this.#concurrencyLimit);
    if (most > this.#most[interval]!) this.#most[interval] = most;
    ledger.coldStarts += cold;
    ledger.throttled += requests - served;
    ledger.lambdaRequests += served;
    ledger.lambdaGigabyteSeconds += (served * serviceSeconds + cold * coldStartSeconds) * gigabytes;
  }

  /** Environments that started a cold start ago are warm now. */
  #warmUp(now: number): void {
    const ring = this.#starting;
    for (let second = Math.max(this.#seconds, now - ring.length) + 1; second <= now; second++) {
      this.#warm += ring[second % ring.length]!;
      ring[second % ring.length] = 0;
    }
    this.#seconds = now;
  }

  /** An interval has passed: what was not at work within the keep-alive is reclaimed. */
  reclaim(): void {
    let most = 0;
    for (const one of this.#most) if (one > most) most = one;
    let starting = 0;
    for (const one of this.#starting) starting += one;
    this.#warm = Math.min(this.#warm, Math.max(most, starting));
    this.#most[++this.#interval % this.#most.length] = 0;
  }
}
