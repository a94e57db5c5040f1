import { decay } from '../physics/decay.ts';
import { erlangLoss } from '../physics/erlang.ts';
import type { LambdaTier } from '../physics/service.ts';
import type { ServiceProfile } from '../types.ts';
import type { Ledger } from './ledger.ts';
import type { LossChain } from './loss-chain.ts';

/** Standard deviations, and environments, by which the most at work at once exceed the mean over an interval. */
const peakDeviations = 3;
const peakEnvironments = 1;
/** Where by so many deviations more are warm than at work on average, nobody starts cold. */
const surelyWarmDeviations = 5;

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
  /** From the request that starts an environment until that is idle, and so warm. */
  readonly #startSeconds: number;
  /** [second modulo] Environments that become warm in that second. */
  readonly #starting: Float64Array;
  /** [interval modulo] Most environments at work, and requests, of the interval. */
  readonly #most: Float64Array;
  readonly #requests: Float64Array;
  #startingTotal = 0;
  /** Of these, to become warm within the second `now`. */
  #due = 0;
  #warm = 0;
  #now = 0;
  #interval = 0;
  /** Of this interval. */
  #mostBusy = 0;
  /** Of the requests of the second with most of them. */
  #peakedness = 1;
  #spilled = 0;
  #served = 0;
  #cold = 0;

  constructor(tier: LambdaTier, { lambda, decisionSeconds, serviceCv }: ServiceProfile) {
    const { serviceSeconds, coldStartSeconds } = tier;
    const intervals = Math.max(1, Math.ceil(lambda.keepAliveSeconds / decisionSeconds));
    const deviation = serviceCv * serviceSeconds;
    this.tier = tier;
    this.#concurrencyLimit = lambda.concurrencyLimit;
    this.#billedWarmSeconds = billedSeconds(serviceSeconds, deviation);
    this.#billedColdSeconds = billedSeconds(serviceSeconds + coldStartSeconds, deviation);
    this.#startSeconds = coldStartSeconds + serviceSeconds;
    this.#starting = new Float64Array(Math.floor(this.#startSeconds) + 2);
    this.#most = new Float64Array(intervals);
    this.#requests = new Float64Array(intervals);
  }

  /** The second `now` brings so many requests, part of them the overflow of `source`; seconds without may be left out. */
  serve(requests: number, now: number, source: LossChain): void {
    if (now > this.#now) this.#warmUp(now);
    const busy = requests * this.tier.serviceSeconds;
    this.#spilled += requests;
    if (busy > this.#mostBusy) this.#remember(busy, source);
    if (this.#warm > busy + surelyWarmDeviations * Math.sqrt(busy * this.#peakedness)) {
      this.coldShare = this.throttledShare = 0;
      this.#served += requests;
    } else this.#serveCold(requests, busy, now);
  }

  #serveCold(requests: number, busy: number, now: number): void {
    const wanted = this.#wantedCold(requests, busy);
    const room = Math.max(0, this.#concurrencyLimit - this.#warm - this.#startingTotal);
    const cold = Math.min(wanted, room);
    const served = requests - wanted + cold;
    const ring = this.#starting;
    this.coldShare = served > 0 ? cold / served : 0;
    this.throttledShare = 1 - served / requests;
    ring[(now + Math.max(1, Math.floor(this.#startSeconds))) % ring.length]! += cold;
    this.#startingTotal += cold;
    this.#served += served;
    this.#cold += cold;
    this.#keep(this.#startingTotal + Math.min(busy, this.#warm));
  }

  /** Requests that find no warm environment: those that become warm within the second help from then on. */
  #wantedCold(requests: number, busy: number): number {
    const z = this.#peakedness;
    const before = requests * erlangLoss(busy / z, this.#warm / z);
    if (this.#startSeconds >= 1 && this.#due === 0) return before;
    const part = this.#startSeconds % 1;
    const joining = this.#startSeconds < 1 ? before * part : this.#due;
    return part * before + (1 - part) * requests * erlangLoss(busy / z, (this.#warm + joining) / z);
  }

  #remember(busy: number, source: LossChain): void {
    this.#mostBusy = busy;
    this.#peakedness = source.overflowPeakedness(this.tier.serviceSeconds);
    this.#keep(busy + peakDeviations * Math.sqrt(busy * this.#peakedness));
  }

  #keep(atWork: number): void {
    const interval = this.#interval % this.#most.length;
    if (atWork > this.#most[interval]!) this.#most[interval] = atWork;
  }

  /** Environments whose first request has ended are warm now, or will be within this second. */
  #warmUp(now: number): void {
    if (this.#startingTotal > 0 || this.#due > 0) {
      const ring = this.#starting;
      let warm = this.#due;
      for (let second = Math.max(this.#now, now - ring.length) + 1; second < now; second++) {
        warm += ring[second % ring.length]!;
        ring[second % ring.length] = 0;
      }
      this.#startingTotal -= warm;
      this.#warm += warm;
      this.#due = ring[now % ring.length]!;
      ring[now % ring.length] = 0;
      if (this.#startingTotal < 1e-9) this.#startingTotal = 0;
    }
    this.#now = now;
  }

  /** An interval has passed: writes what Lambda bills, and reclaims what was not at work within the keep-alive. */
  settle(ledger: Ledger): void {
    const current = this.#interval % this.#most.length;
    if (this.#spilled > 0) this.#book(ledger);
    this.#requests[current]! += this.#spilled;
    if (this.#warm + this.#startingTotal > 0) this.#reclaim();
    const next = ++this.#interval % this.#most.length;
    this.#most[next] = this.#requests[next] = 0;
    this.#mostBusy = this.#spilled = this.#served = this.#cold = 0;
  }

  #book(ledger: Ledger): void {
    const billed = (this.#served - this.#cold) * this.#billedWarmSeconds + this.#cold * this.#billedColdSeconds;
    ledger.spilled += this.#spilled;
    ledger.coldStarts += this.#cold;
    ledger.throttled += this.#spilled - this.#served;
    ledger.lambdaRequests += this.#served;
    ledger.lambdaGigabyteSeconds += billed * this.tier.gigabytes;
  }

  #reclaim(): void {
    let most = 0;
    let requests = 0;
    for (let interval = 0; interval < this.#most.length; interval++) {
      if (this.#most[interval]! > most) most = this.#most[interval]!;
      requests += this.#requests[interval]!;
    }
    const used = most + peakEnvironments * (1 - decay(requests));
    if (this.#warm > used) this.#warm = used;
  }
}

/** Every request is rounded up to a millisecond: by half of one on average, unless all take the same time. */
function billedSeconds(seconds: number, deviationSeconds: number): number {
  return deviationSeconds > 0.0005 ? seconds + 0.0005 : Math.ceil(seconds * 1000 - 1e-6) / 1000;
}
