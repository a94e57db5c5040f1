import { erlangLoss } from '../physics/erlang.ts';
import type { LambdaTier } from '../physics/service.ts';
import type { ServiceProfile } from '../types.ts';
import type { Ledger } from './ledger.ts';

/** Standard deviations, and environments, by which the most at work at once exceed the mean over an interval. */
const peakDeviations = 3;
const peakEnvironments = 1;

/**
 * The environments of one Lambda function, as a fluid. Requests that find all warm environments busy start cold (Erlang's loss
 * formula), each with an environment of its own that is warm afterwards. Environments are used last-in first-out, so those beyond
 * the most that were at work at once within the keep-alive are reclaimed.
 */
export class FluidFunction {
  /** Of the last second: share of the requests that started cold, and that were throttled. */
  coldShare = 0;
  throttledShare = 0;
  readonly tier: LambdaTier;
  readonly #concurrencyLimit: number;
  readonly #billedWarmSeconds: number;
  readonly #billedColdSeconds: number;
  /** [second modulo] Environments that become idle, and so warm, then. */
  readonly #starting: Float64Array;
  /** [interval modulo] Most environments at work, and requests, of the interval. */
  readonly #most: Float64Array;
  readonly #requests: Float64Array;
  #startingTotal = 0;
  #warm = 0;
  #now = 0;
  #interval = 0;

  constructor(tier: LambdaTier, { lambda, decisionSeconds, serviceCv }: ServiceProfile) {
    const intervals = Math.max(1, Math.ceil(lambda.keepAliveSeconds / decisionSeconds));
    this.tier = tier;
    this.#concurrencyLimit = lambda.concurrencyLimit;
    this.#billedWarmSeconds = billedSeconds(tier.serviceSeconds, serviceCv * tier.serviceSeconds);
    this.#billedColdSeconds = billedSeconds(
      tier.serviceSeconds + tier.coldStartSeconds,
      serviceCv * tier.serviceSeconds,
    );
    this.#starting = new Float64Array(Math.ceil(tier.coldStartSeconds + tier.serviceSeconds) + 1);
    this.#most = new Float64Array(intervals);
    this.#requests = new Float64Array(intervals);
  }

  /**
   * The second `now` brings so many requests, of a peakedness (1: Poisson); writes what Lambda bills.
   * Seconds without requests may be left out.
   */
  serve(requests: number, peakedness: number, now: number, ledger: Ledger): void {
    if (now > this.#now) this.#warmUp(now);
    const busy = requests * this.tier.serviceSeconds;
    const wanted = requests * erlangLoss(busy / peakedness, this.#warm / peakedness);
    const room = Math.max(0, this.#concurrencyLimit - this.#warm - this.#startingTotal);
    const cold = Math.min(wanted, room);
    const served = requests - wanted + cold;
    this.coldShare = served > 0 ? cold / served : 0;
    this.throttledShare = 1 - served / requests;
    this.#starting[(now + this.#starting.length - 1) % this.#starting.length]! += cold;
    this.#startingTotal += cold;
    this.#remember(requests, busy, peakedness);
    ledger.spilled += requests;
    ledger.coldStarts += cold;
    ledger.throttled += requests - served;
    ledger.lambdaRequests += served;
    const billed = (served - cold) * this.#billedWarmSeconds + cold * this.#billedColdSeconds;
    ledger.lambdaGigabyteSeconds += billed * this.tier.gigabytes;
  }

  #remember(requests: number, busy: number, peakedness: number): void {
    const interval = this.#interval % this.#most.length;
    const most = busy + peakDeviations * Math.sqrt(busy * peakedness);
    if (most > this.#most[interval]!) this.#most[interval] = most;
    this.#requests[interval]! += requests;
  }

  /** Environments whose first request has ended are warm now. */
  #warmUp(now: number): void {
    if (this.#startingTotal > 0) {
      const ring = this.#starting;
      for (let second = Math.max(this.#now, now - ring.length) + 1; second <= now; second++) {
        const started = ring[second % ring.length]!;
        this.#warm += started;
        this.#startingTotal -= started;
        ring[second % ring.length] = 0;
      }
      if (this.#startingTotal < 1e-9) this.#startingTotal = 0;
    }
    this.#now = now;
  }

  /** An interval has passed: what was not at work within the keep-alive is reclaimed. */
  reclaim(): void {
    if (this.#warm + this.#startingTotal > 0) {
      let most = 0;
      let requests = 0;
      for (let interval = 0; interval < this.#most.length; interval++) {
        if (this.#most[interval]! > most) most = this.#most[interval]!;
        requests += this.#requests[interval]!;
      }
      const used = most + peakEnvironments * (1 - Math.exp(-requests));
      if (this.#warm > used) this.#warm = used;
    }
    const next = ++this.#interval % this.#most.length;
    this.#most[next] = this.#requests[next] = 0;
  }
}

/** Every request is rounded up to a millisecond: by half of one on average, unless all take the same time. */
function billedSeconds(seconds: number, deviationSeconds: number): number {
  return deviationSeconds > 0.0005 ? seconds + 0.0005 : Math.ceil(seconds * 1000 - 1e-6) / 1000;
}
