import { histogramBin } from '../histogram.ts';
import { blockingShare, negligibleExponent, waitingShare } from '../physics/blocking.ts';
import { DeadlineShares } from '../physics/deadline-shares.ts';
import { unitLognormalTable } from '../physics/lognormal.ts';
import { lambdaTier, queueLimit } from '../physics/service.ts';
import type { Action, PoolState, PriceBook, ServiceProfile } from '../types.ts';
import { FluidFleets } from './fluid-fleets.ts';
import { FluidFunction } from './fluid-function.ts';
import { Ledger } from './ledger.ts';

const latencyPoints = 16;

/**
 * One service as a fluid, in steps of a second: demand flows into the VMs up to their capacity, backs up in one line per class, and
 * overflows into Lambda. Randomness within the second enters as the stationary share of blocked or late requests
 * (env/physics/blocking.ts), the larger of it and the deterministic overflow.
 */
export class FluidWorld {
  readonly ledger: Ledger;
  /** Set where latencies are wanted: costs time, so training goes without. */
  recordsLatency = false;
  /** [class] Requests waiting. */
  readonly backlog: Float64Array;
  readonly #profile: ServiceProfile;
  readonly #fleets: FluidFleets;
  readonly #deadlines: DeadlineShares;
  readonly #shares: readonly number[];
  readonly #functions = new Map<number, FluidFunction>();
  readonly #unitService: Float64Array;
  /** [class] Spilled in this second. */
  readonly #spill: Float64Array;
  /** [class] Share in time: of VM answers without a wait, of warm and of cold answers by Lambda. */
  readonly #vmInTime: Float64Array;
  readonly #warmInTime: Float64Array;
  readonly #coldInTime: Float64Array;
  #function!: FluidFunction;
  #action: Action | null = null;
  #accuracy = 0;
  #toVms = 1;
  /** Below this rate, and with nothing waiting, nobody spills and nobody waits too long. */
  #calmRate = 0;
  #waiting = 0;
  #now = 0;

  constructor(profile: ServiceProfile, prices: PriceBook, seed: number, initialVms: readonly number[]) {
    this.#profile = profile;
    this.ledger = new Ledger(profile, prices);
    this.#fleets = new FluidFleets(profile, prices, seed, initialVms);
    this.#deadlines = new DeadlineShares(profile);
    this.#shares = profile.slo.classes.map((one) => one.share);
    this.#unitService = unitLognormalTable(profile.serviceCv, latencyPoints);
    const classes = this.#shares.length;
    this.backlog = new Float64Array(classes);
    this.#spill = new Float64Array(classes);
    this.#vmInTime = new Float64Array(classes);
    this.#warmInTime = new Float64Array(classes);
    this.#coldInTime = new Float64Array(classes);
  }

  pools(): PoolState[] {
    return this.#fleets.states();
  }

  /** Lets one interval pass under the action; `rates` are requests per second, [offset + second]. */
  advance(action: Action, rates: ArrayLike<number>, offset: number): void {
    const { decisionSeconds } = this.#profile;
    const waitingBefore = this.#waiting;
    this.#fleets.scaleTo(action.vmCounts, this.#now, decisionSeconds, this.ledger);
    this.#putInForce(action);
    const end = this.#now + decisionSeconds;
    const areBooting = this.#fleets.areBooting;
    let calm = 0;
    for (let second = 0; second < decisionSeconds; second++) {
      if (areBooting && this.#fleets.finishBoots(this.#now, end, this.ledger)) this.#measure();
      const rate = rates[offset + second]!;
      if (rate <= this.#calmRate && this.#waiting === 0) calm += rate;
      else this.#flow(rate);
      this.#now++;
    }
    this.#bookCalm(calm);
    for (const one of this.#functions.values()) one.reclaim();
    this.ledger.insideChange += this.#waiting - waitingBefore;
  }

  #putInForce(action: Action): void {
    const before = this.#action;
    this.#action = action;
    this.#toVms = this.#profile.router === 'weights' ? 1 - action.spillover.lambdaShare : 1;
    if (before?.variant !== action.variant) this.#fleets.serve(action.variant);
    if (before?.variant !== action.variant || before.lambdaMemoryMb !== action.lambdaMemoryMb) this.#load(action);
    this.#measure();
  }

  #load({ variant, lambdaMemoryMb }: Action): void {
    this.#accuracy = this.#profile.variants[variant]!.accuracy;
    this.#function = this.#functionFor(variant, lambdaMemoryMb);
    const { serviceSeconds, coldStartSeconds } = this.#function.tier;
    for (let k = 0; k < this.#shares.length; k++) {
      this.#warmInTime[k] = this.#deadlines.share(k, 0, serviceSeconds);
      this.#coldInTime[k] = this.#deadlines.share(k, coldStartSeconds, serviceSeconds);
    }
  }

  #functionFor(variant: number, memoryMb: number): FluidFunction {
    const key = variant * 2 ** 16 + memoryMb;
    const known = this.#functions.get(key);
    if (known) return known;
    const tier = lambdaTier(this.#profile, variant, memoryMb);
    if (!tier) throw new Error(`variant ${variant} does not run on Lambda with ${memoryMb} MB`);
    const made = new FluidFunction(tier, this.#profile.lambda, this.#profile.decisionSeconds);
    this.#functions.set(key, made);
    return made;
  }

  #limit(k: number, stricterRate: number): number {
    if (this.#profile.router === 'weights') return Number.POSITIVE_INFINITY;
    const maxWaitMs = this.#action!.spillover.maxWaitMs[k]!;
    return queueLimit(maxWaitMs, this.#fleets.capacity, stricterRate) ?? Number.POSITIVE_INFINITY;
  }

  #measure(): void {
    this.#fleets.measure();
    const { capacity, servers } = this.#fleets;
    const serviceSeconds = servers / capacity;
    this.#calmRate = this.#profile.router === 'weights' && this.#toVms < 1 ? 0 : Number.POSITIVE_INFINITY;
    if (capacity === 0) this.#calmRate = 0;
    let stricterShare = 0;
    for (let k = 0; k < this.#shares.length && this.#calmRate > 0; k++) {
      this.#vmInTime[k] = this.#deadlines.share(k, 0, serviceSeconds);
      const left = capacity * (1 - stricterShare);
      const room = Math.min(
        this.#limit(k, capacity * stricterShare),
        this.#deadlines.slackSeconds(k, serviceSeconds) * left,
      );
      stricterShare += this.#shares[k]!;
      // e^(-βκ) is negligible where (c - a) K / a is large; a is this and the stricter classes' load.
      this.#calmRate = Math.min(this.#calmRate, ((capacity / stricterShare) * room) / (room + negligibleExponent));
    }
  }

  /** All the seconds of the interval in which everyone was served at once. */
  #bookCalm(requests: number): void {
    if (requests === 0) return;
    for (let k = 0; k < this.#shares.length; k++) {
      const arrived = requests * this.#shares[k]!;
      this.ledger.requests[k]! += arrived;
      this.ledger.inTime[k]! += arrived * this.#vmInTime[k]!;
      this.ledger.late[k]! += arrived * (1 - this.#vmInTime[k]!);
    }
    this.ledger.accuracySum += requests * this.#accuracy;
    this.#fleets.work(requests, this.ledger);
    if (this.recordsLatency) this.#recordLatency(requests, 0, this.#fleets.servers / this.#fleets.capacity);
  }

  /** One second of demand, strictest class first. */
  #flow(rate: number): void {
    const { capacity } = this.#fleets;
    let stricterRate = 0;
    let stricterOverflow = 0;
    let ahead = 0;
    let left = capacity;
    let spilled = 0;
    for (let k = 0; k < this.#shares.length; k++) {
      const demand = rate * this.#shares[k]!;
      const offered = demand * this.#toVms;
      const waiting = this.backlog[k]!;
      const room = Math.max(0, this.#limit(k, stricterRate) - ahead);
      const overflow = this.#overflow(waiting + offered, left, room, stricterRate + offered, offered, stricterOverflow);
      const served = Math.min(left, waiting + offered - overflow);
      const rest = this.#abandon(k, waiting + offered - overflow - served, Math.max(left, offered));
      this.backlog[k] = rest;
      this.#bookVm(k, served, (waiting + rest) / 2, left, room, stricterRate + offered);
      this.ledger.requests[k]! += demand;
      this.#spill[k] = overflow + demand - offered;
      spilled += this.#spill[k]!;
      stricterOverflow += overflow;
      stricterRate += offered;
      ahead += rest;
      left -= served;
    }
    this.#waiting = ahead;
    this.#fleets.work(capacity - left, this.ledger);
    if (spilled > 0) this.#bookLambda(spilled);
  }

  #overflow(inflow: number, left: number, room: number, rate: number, offered: number, stricter: number): number {
    if (room === Number.POSITIVE_INFINITY) return 0;
    const { capacity, servers } = this.#fleets;
    const deterministic = Math.max(0, inflow - left - room);
    if (servers === 0) return deterministic;
    const blocked = blockingShare(Math.min(rate / capacity, 1) * servers, servers, room);
    return Math.max(deterministic, Math.min(offered, Math.min(rate, capacity) * blocked - stricter));
  }

  /** Who would wait longer than the client's patience gives up. */
  #abandon(k: number, rest: number, outflow: number): number {
    const patient = (outflow * this.#profile.clientTimeoutMs) / 1000;
    if (rest <= patient) return rest < 1e-9 ? 0 : rest;
    this.ledger.lost[k]! += rest - patient;
    return patient;
  }

  #bookVm(k: number, served: number, ahead: number, left: number, room: number, rate: number): void {
    if (served <= 0) return;
    const { capacity, servers } = this.#fleets;
    const serviceSeconds = servers / capacity;
    const waitSeconds = ahead / left;
    let inTimeShare = this.#deadlines.share(k, waitSeconds, serviceSeconds);
    const tolerated = this.#deadlines.slackSeconds(k, serviceSeconds) * left;
    if (ahead < 1 && rate < capacity && room > tolerated) {
      inTimeShare = Math.min(inTimeShare, 1 - waitingShare(rate * serviceSeconds, servers, tolerated));
    }
    this.ledger.inTime[k]! += served * inTimeShare;
    this.ledger.late[k]! += served * (1 - inTimeShare);
    this.ledger.accuracySum += served * this.#accuracy;
    if (this.recordsLatency) this.#recordLatency(served, waitSeconds, serviceSeconds);
  }

  #bookLambda(spilled: number): void {
    this.#function.serve(spilled, this.#now, this.ledger);
    const { coldShare, throttledShare, tier } = this.#function;
    this.ledger.spilled += spilled;
    for (let k = 0; k < this.#spill.length; k++) {
      const answered = this.#spill[k]! * (1 - throttledShare);
      const inTimeShare = (1 - coldShare) * this.#warmInTime[k]! + coldShare * this.#coldInTime[k]!;
      this.ledger.lost[k]! += this.#spill[k]! - answered;
      this.ledger.inTime[k]! += answered * inTimeShare;
      this.ledger.late[k]! += answered * (1 - inTimeShare);
      this.ledger.accuracySum += answered * this.#accuracy;
      if (!this.recordsLatency) continue;
      this.#recordLatency(answered * (1 - coldShare), 0, tier.serviceSeconds);
      this.#recordLatency(answered * coldShare, tier.coldStartSeconds, tier.serviceSeconds);
    }
  }

  #recordLatency(requests: number, waitSeconds: number, serviceSeconds: number): void {
    if (requests <= 0) return;
    for (const unit of this.#unitService) {
      this.ledger.latency[histogramBin(1000 * (waitSeconds + serviceSeconds * unit))]! += requests / latencyPoints;
    }
  }
}
