import { decay } from '../physics/decay.ts';
import { erlangLoss } from '../physics/erlang.ts';
import type { LambdaTier } from '../physics/service.ts';
import type { ServiceProfile } from '../types.ts';
import { FluidBatch } from './fluid-batch.ts';
import { FluidProvisioned } from './fluid-provisioned.ts';
import type { Ledger } from './ledger.ts';
import type { LossChain } from './loss-chain.ts';
import { StartingEnvironments } from './starting-environments.ts';

/** Standard deviations, and environments, by which the most at work at once exceed the mean over an interval. */
const peakDeviations = 3;
const peakEnvironments = 1;
/** Where by so many deviations more are warm than at work on average, nobody starts cold. */
const surelyWarmDeviations = 5;

/**
 * The environments of one Lambda function, as a fluid. Invocations that find all warm environments busy start cold (Erlang's loss
 * formula), each with an environment of its own that is warm afterwards. Environments are used last-in first-out, so those beyond
 * the most that were at work at once within the keep-alive are reclaimed. Provisioned ones are tried first.
 */
export class FluidFunction {
  /** Of the last second: share of the requests that started cold, and that were throttled. */
  coldShare = 0;
  throttledShare = 0;
  readonly tier: LambdaTier;
  readonly batch: FluidBatch;
  readonly #concurrencyLimit: number;
  /** What rounding adds to a warm and to a cold invocation. */
  readonly #roundingSeconds: number;
  readonly #coldRoundingSeconds: number;
  readonly #provisioned = new FluidProvisioned();
  readonly #starting: StartingEnvironments;
  /** [interval modulo] Most environments at work, and requests, of the interval. */
  readonly #most: Float64Array;
  readonly #requests: Float64Array;
  #warm = 0;
  #now = -1;
  /** Invocations of that second. */
  #latest = 0;
  #interval = 0;
  /** Of this interval. */
  #mostBusy = 0;
  /** Of the requests of the second with most of them. */
  #peakedness = 1;
  #spilled = 0;
  #served = 0;
  #cold = 0;
  #throttled = 0;
  #workSeconds = 0;
  #provisionedServed = 0;
  #provisionedSeconds = 0;

  constructor(tier: LambdaTier, { lambda, decisionSeconds, serviceCv }: ServiceProfile) {
    const { serviceSeconds, coldStartSeconds } = tier;
    const intervals = Math.max(1, Math.ceil(lambda.keepAliveSeconds / decisionSeconds));
    const deviation = serviceCv * serviceSeconds;
    this.tier = tier;
    this.batch = new FluidBatch(lambda.batchMarginal);
    this.#concurrencyLimit = lambda.concurrencyLimit;
    this.#roundingSeconds = roundingSeconds(serviceSeconds, deviation);
    this.#coldRoundingSeconds = roundingSeconds(serviceSeconds + coldStartSeconds, deviation);
    this.#starting = new StartingEnvironments(coldStartSeconds + serviceSeconds);
    this.#most = new Float64Array(intervals);
    this.#requests = new Float64Array(intervals);
  }

  /** Keeps so many environments initialised for the next `seconds`. */
  provision(count: number, now: number, seconds: number): void {
    const kept = Math.min(count, this.#concurrencyLimit);
    this.#provisioned.keep(kept, now, this.tier.coldStartSeconds, seconds);
  }

  /** The second `now` brings so many requests, some of them overflow of `source`; seconds without may be left out. */
  serve(requests: number, overflowed: number, now: number, source: LossChain): void {
    const { batch } = this;
    const bursty = overflowed / requests;
    if (batch.isOn) batch.gather(requests);
    const invocations = requests / batch.meanSize;
    const seconds = this.tier.serviceSeconds * batch.factor;
    const before = now === this.#now + 1 ? this.#latest : 0;
    // An overflow that grows comes late in the second.
    const part = invocations > before ? 1 - (bursty * (invocations - before)) / (2 * invocations) : 1;
    const busy = (invocations * seconds) / part;
    if (this.#starting.isAny) this.#warm += this.#starting.warmUp(now);
    if (this.#provisioned.count > 0) this.#provisioned.goOn(now);
    this.#now = now;
    this.#latest = invocations;
    this.#spilled += requests;
    if (busy > this.#mostBusy) this.#remember(busy, bursty, source);
    const ready = this.#warm + this.#provisioned.usable;
    if (ready > busy + surelyWarmDeviations * Math.sqrt(busy * this.#peakedness)) {
      this.coldShare = this.throttledShare = 0;
      this.#served += invocations;
      this.#workSeconds += invocations * seconds;
    } else this.#serveCold(invocations, busy, seconds, part);
    if (this.#provisioned.usable > 0) this.#useProvisioned(invocations, busy, seconds);
  }

  #serveCold(invocations: number, busy: number, seconds: number, part: number): void {
    const wanted = this.#wantedCold(invocations, busy, part);
    const room = Math.max(0, this.#concurrencyLimit - this.#provisioned.count - this.#warm - this.#starting.count);
    const cold = Math.min(wanted, room);
    const served = invocations - wanted + cold;
    this.coldShare = served > 0 ? cold / served : 0;
    this.throttledShare = 1 - served / invocations;
    this.#starting.add(cold, this.#now, part);
    this.#throttled += wanted - cold;
    this.#served += served;
    this.#cold += cold;
    this.#workSeconds += served * seconds;
    const onDemand = Math.max(0, busy - this.#provisioned.usable);
    this.#keep(this.#starting.count + Math.min(onDemand, this.#warm));
  }

  /** Invocations that find no warm environment; those that become warm within the second help from then on. */
  #wantedCold(invocations: number, busy: number, part: number): number {
    const starting = this.#starting;
    const ready = this.#warm + this.#provisioned.usable;
    const first = this.#loss(busy, ready);
    const late = starting.late + starting.shareWithinSecond(part) * invocations * first;
    if (starting.early + late === 0) return invocations * first;
    const begin = 1 - part;
    const turn = Math.max(begin, starting.turn);
    const warmAt = (time: number) =>
      time < starting.turn
        ? ready + (starting.early * time) / starting.turn
        : ready + starting.early + (late * (time - starting.turn)) / (1 - starting.turn);
    const mean = (from: number, until: number) => this.#meanLoss(busy, warmAt(from), warmAt(until - 1e-9));
    const before = turn > begin ? (turn - begin) * mean(begin, turn) : 0;
    return (invocations * (before + (1 - turn) * mean(turn, 1))) / part;
  }

  #loss(busy: number, servers: number): number {
    return erlangLoss(busy / this.#peakedness, servers / this.#peakedness);
  }

  /** While the warm environments grow evenly: Simpson's rule. */
  #meanLoss(busy: number, from: number, until: number): number {
    if (until - from < 1e-6) return this.#loss(busy, from);
    const at = (share: number) => this.#loss(busy, from + share * (until - from));
    return (at(0) + 4 * at(0.25) + 2 * at(0.5) + 4 * at(0.75) + at(1)) / 12;
  }

  /** Provisioned environments serve what does not find them all busy. */
  #useProvisioned(invocations: number, busy: number, seconds: number): void {
    const z = this.#peakedness;
    const share = 1 - erlangLoss(busy / z, this.#provisioned.usable / z);
    this.#provisionedServed += invocations * share;
    this.#provisionedSeconds += invocations * share * seconds;
  }

  #remember(busy: number, bursty: number, source: LossChain): void {
    this.#mostBusy = busy;
    this.#peakedness = 1 + bursty * (source.overflowPeakedness(this.tier.serviceSeconds) - 1);
    this.#keep(busy + peakDeviations * Math.sqrt(busy * this.#peakedness) - this.#provisioned.usable);
  }

  #keep(atWork: number): void {
    const interval = this.#interval % this.#most.length;
    if (atWork > this.#most[interval]!) this.#most[interval] = atWork;
  }

  /** An interval has passed: writes what Lambda bills, and reclaims what was not at work within the keep-alive. */
  settle(ledger: Ledger): void {
    const current = this.#interval % this.#most.length;
    if (this.#spilled > 0) this.#book(ledger);
    if (this.#provisioned.keptSeconds > 0) this.#bookProvisioned(ledger);
    this.#requests[current]! += this.#spilled;
    if (this.#warm + this.#starting.count > 0) this.#reclaim();
    const next = ++this.#interval % this.#most.length;
    this.#most[next] = this.#requests[next] = 0;
    this.#mostBusy = this.#spilled = 0;
  }

  #book(ledger: Ledger): void {
    const cold = this.#cold;
    const warm = this.#served - cold;
    const billed =
      this.#workSeconds +
      warm * this.#roundingSeconds +
      cold * (this.tier.coldStartSeconds + this.#coldRoundingSeconds);
    ledger.spilled += this.#spilled;
    ledger.coldStarts += cold;
    ledger.throttled += this.#throttled;
    ledger.lambdaRequests += this.#served;
    ledger.lambdaGigabyteSeconds += billed * this.tier.gigabytes;
    this.#served = this.#cold = this.#throttled = this.#workSeconds = 0;
  }

  /** What provisioned environments served has another price. */
  #bookProvisioned(ledger: Ledger): void {
    const { gigabytes } = this.tier;
    const worked = this.#provisionedSeconds + this.#provisionedServed * this.#roundingSeconds;
    ledger.lambdaGigabyteSeconds -= worked * gigabytes;
    ledger.provisionedWorkGigabyteSeconds += worked * gigabytes;
    ledger.provisionedGigabyteSeconds += this.#provisioned.keptSeconds * gigabytes;
    this.#provisioned.keptSeconds = this.#provisionedSeconds = this.#provisionedServed = 0;
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

/** Every invocation is rounded up to a millisecond: by half of one on average, unless all take the same time. */
function roundingSeconds(seconds: number, deviationSeconds: number): number {
  return deviationSeconds > 0.0005 ? 0.0005 : Math.ceil(seconds * 1000 - 1e-6) / 1000 - seconds;
}
