import { unitLognormalTable } from '../physics/lognormal.ts';
import { lambdaTier, queueLimit, vmServiceSeconds } from '../physics/service.ts';
import { Random } from '../random.ts';
import type { Action, Outcome, PoolState, PriceBook, ServiceProfile, Workload } from '../types.ts';
import { ArrivalStream } from '../workload/arrivals.ts';
import type { Engine, Interval } from './engine.ts';
import { Fleet } from './fleet.ts';
import { FunctionPool } from './function-pool.ts';
import { Ledger } from './ledger.ts';
import { ratesPerBin } from './rates-per-bin.ts';
import { Slots } from './slots.ts';
import { WaitingLine } from './waiting-line.ts';

const tableBits = 12;

/**
 * Every request on its own: arrivals within a second at uniform times, lognormal service, one waiting line per class shared by all VMs and
 * served strictest class first, and the router's choice between VM, waiting and Lambda at the moment of arrival.
 * A request is booked when its service starts, since its end is then known.
 */
export class RequestLevelEngine implements Engine {
  readonly #profile: ServiceProfile;
  readonly #random: Random;
  readonly #arrivals: ArrivalStream;
  readonly #ledger: Ledger;
  readonly #unitService: Float64Array;
  readonly #fleets: Fleet[];
  readonly #slots: Slots[];
  readonly #lines: WaitingLine[];
  readonly #functions = new Map<string, FunctionPool>();
  readonly #counts: Int32Array;
  /** [class] Share of arrivals in this class or a stricter one, in 2^32nds. */
  readonly #classBounds: Float64Array;
  /** [class] Longest line in front of a request that still waits. */
  readonly #limits: Float64Array;
  readonly #stricterShare: Float64Array;
  #gaps = new Float64Array(256);
  #function: FunctionPool | null = null;
  #accuracy = 0;
  #lambdaBound = 0;
  #action: Action | null = null;
  #now = 0;
  #intervalEnd = 0;
  #nextEvent = Number.POSITIVE_INFINITY;
  #nextBoot = Number.POSITIVE_INFINITY;
  #waiting = 0;
  #lastSecondArrivals = 0;

  constructor(
    profile: ServiceProfile,
    prices: PriceBook,
    workload: Workload,
    seed: number,
    initialVms: readonly number[],
  ) {
    this.#profile = profile;
    this.#random = Random.seeded(seed, 'requests');
    this.#arrivals = new ArrivalStream(workload, Random.seeded(seed, 'arrivals'));
    this.#ledger = new Ledger(profile, prices);
    this.#unitService = unitLognormalTable(profile.serviceCv, 1 << tableBits);
    this.#fleets = profile.pools.map(
      (pool, index) =>
        new Fleet(pool, prices.minimumBilledSeconds, Random.seeded(seed, `boot ${pool.name}`), initialVms[index]!),
    );
    this.#slots = profile.pools.map(() => new Slots());
    this.#slots.forEach((slots, pool) => {
      slots.free = initialVms[pool]! * profile.pools[pool]!.slots;
    });
    this.#lines = profile.slo.classes.map(() => new WaitingLine());
    this.#counts = new Int32Array(profile.decisionSeconds);
    this.#limits = new Float64Array(profile.slo.classes.length);
    const shares = profile.slo.classes.map((one) => one.share);
    this.#stricterShare = Float64Array.from(shares, (_, k) =>
      shares.slice(0, k).reduce((sum, share) => sum + share, 0),
    );
    this.#classBounds = Float64Array.from(shares, (share, k) => (this.#stricterShare[k]! + share) * 2 ** 32);
    this.#classBounds[shares.length - 1] = 2 ** 32;
  }

  pools(): PoolState[] {
    return this.#fleets.map((fleet) => fleet.state());
  }

  advance(action: Action): Interval {
    const { decisionSeconds, metrics } = this.#profile;
    this.#intervalEnd = this.#now + decisionSeconds;
    const waitingBefore = this.#waiting;
    this.#scale(action);
    this.#putInForce(action);
    for (const slots of this.#slots) this.#startWaiting(slots, this.#now);
    this.#arrivals.take(this.#counts);
    for (const count of this.#counts) this.#runSecond(count);
    this.#ledger.insideChange = this.#waiting - waitingBefore;
    return {
      outcome: this.#settle(decisionSeconds),
      arrivals: ratesPerBin(this.#counts, metrics.binSeconds),
      queueLength: this.#lines.map((line) => line.length),
    };
  }

  #scale(action: Action): void {
    this.#fleets.forEach((fleet, pool) => {
      const { slots } = this.#profile.pools[pool]!;
      const readyBefore = fleet.ready;
      const change = fleet.scaleTo(action.vmCounts[pool]!, this.#now);
      this.#slots[pool]!.retire((readyBefore - fleet.ready) * slots);
      this.#ledger.launches += change.launches;
      this.#ledger.terminations += change.terminations;
      this.#ledger.vmSeconds[pool]! += change.extraBilledSeconds + fleet.live * this.#profile.decisionSeconds;
      this.#ledger.readySlotSeconds[pool]! += fleet.ready * slots * this.#profile.decisionSeconds;
    });
  }

  #putInForce(action: Action): void {
    this.#action = action;
    this.#accuracy = this.#profile.variants[action.variant]!.accuracy;
    this.#slots.forEach((slots, pool) => {
      slots.serviceSeconds = vmServiceSeconds(this.#profile, pool, action.variant) ?? Number.POSITIVE_INFINITY;
    });
    this.#function = this.#functionFor(action.variant, action.lambdaMemoryMb);
    this.#lambdaBound = this.#profile.router === 'weights' ? action.spillover.lambdaShare * 2 ** 32 : 0;
    this.#findNextBoot();
    this.#nextEvent = this.#now; // whatever is due is found with the next arrival
  }

  #functionFor(variant: number, memoryMb: number): FunctionPool {
    const key = `${variant}/${memoryMb}`;
    const known = this.#functions.get(key);
    if (known) return known;
    const tier = lambdaTier(this.#profile, variant, memoryMb);
    if (!tier)
      throw new Error(`variant ${variant} does not run on Lambda with ${memoryMb} MB: check actions where they enter`);
    const made = new FunctionPool(tier, this.#profile.lambda, this.#unitService, this.#random);
    this.#functions.set(key, made);
    return made;
  }

  /** Capacity and demand of the last second say how long a line may grow until its last request would wait too long. */
  #updateLimits(): void {
    let capacityPerSecond = 0;
    for (const slots of this.#slots) capacityPerSecond += slots.count / slots.serviceSeconds;
    for (let k = 0; k < this.#limits.length; k++) {
      const maxWaitMs = this.#profile.router === 'overflow' ? this.#action!.spillover.maxWaitMs[k]! : null;
      const stricterPerSecond = this.#lastSecondArrivals * this.#stricterShare[k]!;
      this.#limits[k] = queueLimit(maxWaitMs, capacityPerSecond, stricterPerSecond) ?? Number.POSITIVE_INFINITY;
    }
  }

  #runSecond(count: number): void {
    this.#updateLimits();
    if (count + 1 > this.#gaps.length) this.#gaps = new Float64Array(2 * (count + 1));
    const gaps = this.#gaps;
    let total = 0;
    // Uniform order statistics: n + 1 exponential gaps, divided by their sum.
    for (let index = 0; index <= count; index++) total += gaps[index] = this.#random.exponential();
    const start = this.#now;
    let elapsed = 0;
    for (let index = 0; index < count; index++) {
      elapsed += gaps[index]!;
      this.#arrive(start + elapsed / total);
    }
    this.#now = start + 1;
    if (this.#nextEvent <= this.#now) this.#runEvents(this.#now);
    this.#lastSecondArrivals = count;
  }

  #arrive(now: number): void {
    if (this.#nextEvent <= now) this.#runEvents(now);
    const draw = this.#random.bits() >>> 0;
    let k = 0;
    while (draw >= this.#classBounds[k]!) k++;
    this.#ledger.requests[k]!++;
    if (this.#lambdaBound > 0 && this.#random.bits() >>> 0 < this.#lambdaBound) {
      this.#spill(k, now);
      return;
    }
    for (const slots of this.#slots) {
      if (!slots.canStart) continue;
      slots.free--;
      slots.busy.push(this.#serve(slots, k, now, now));
      return;
    }
    let ahead = 1;
    for (let stricter = 0; stricter <= k; stricter++) ahead += this.#lines[stricter]!.length;
    if (ahead > this.#limits[k]!) {
      this.#spill(k, now);
      return;
    }
    this.#lines[k]!.push(now);
    this.#waiting++;
  }

  /** Books the request and returns when its slot is free again. */
  #serve(slots: Slots, k: number, arrival: number, now: number): number {
    const service = slots.serviceSeconds * this.#unitService[this.#random.bits() >>> (32 - tableBits)]!;
    const end = now + service;
    this.#ledger.answer(k, end - arrival);
    this.#ledger.accuracySum += this.#accuracy;
    slots.workedSeconds += service;
    if (end < this.#nextEvent) this.#nextEvent = end;
    return end;
  }

  #spill(k: number, now: number): void {
    this.#ledger.spilled++;
    const latency = this.#function!.invoke(now);
    if (latency < 0) {
      this.#ledger.lost[k]!++;
      return;
    }
    this.#ledger.answer(k, latency);
    this.#ledger.accuracySum += this.#accuracy;
  }

  /** Ends of service and of boots up to now, in order of time. */
  #runEvents(now: number): void {
    for (;;) {
      let next = Number.POSITIVE_INFINITY;
      let earliest = 0;
      for (let pool = 0; pool < this.#slots.length; pool++) {
        const first = this.#slots[pool]!.busy.first;
        if (first >= next) continue;
        next = first;
        earliest = pool;
      }
      this.#nextEvent = Math.min(next, this.#nextBoot);
      if (this.#nextEvent > now) return;
      if (this.#nextBoot <= next) this.#openSlots(this.#nextBoot);
      else this.#finishService(this.#slots[earliest]!, next);
    }
  }

  #findNextBoot(): void {
    this.#nextBoot = Number.POSITIVE_INFINITY;
    for (const fleet of this.#fleets) this.#nextBoot = Math.min(this.#nextBoot, fleet.nextReadyAt());
  }

  #openSlots(time: number): void {
    for (let pool = 0; pool < this.#slots.length; pool++) {
      const opened = this.#fleets[pool]!.finishBoots(time) * this.#profile.pools[pool]!.slots;
      this.#slots[pool]!.free += opened;
      this.#ledger.readySlotSeconds[pool]! += opened * (this.#intervalEnd - time);
      this.#startWaiting(this.#slots[pool]!, time);
    }
    this.#updateLimits();
    this.#findNextBoot();
  }

  #startWaiting(slots: Slots, time: number): void {
    while (this.#waiting > 0 && slots.canStart) {
      const end = this.#serveNext(slots, time);
      if (end === 0) return;
      slots.free--;
      slots.busy.push(end);
    }
  }

  #finishService(slots: Slots, time: number): void {
    if (slots.leavesOnFinish()) {
      slots.busy.pop();
      return;
    }
    const end = this.#waiting > 0 && slots.runs ? this.#serveNext(slots, time) : 0;
    if (end > 0) {
      slots.busy.replaceFirst(end);
      return;
    }
    slots.busy.pop();
    slots.free++;
  }

  /** Starts the next waiting request, strictest class first, and returns its end; 0 where none waits. Who waited too long is gone. */
  #serveNext(slots: Slots, time: number): number {
    const timeoutSeconds = this.#profile.clientTimeoutMs / 1000;
    for (let k = 0; k < this.#lines.length; k++) {
      const line = this.#lines[k]!;
      while (line.length > 0) {
        const arrival = line.shift();
        this.#waiting--;
        if (time - arrival <= timeoutSeconds) return this.#serve(slots, k, arrival, time);
        this.#ledger.lost[k]!++;
      }
    }
    return 0;
  }

  #settle(seconds: number): Outcome {
    this.#slots.forEach((slots, pool) => {
      this.#ledger.busySlotSeconds[pool] = slots.workedSeconds;
      slots.workedSeconds = 0;
    });
    for (const one of this.#functions.values()) {
      this.#ledger.coldStarts += one.coldStarts;
      this.#ledger.throttled += one.throttled;
      this.#ledger.lambdaRequests += one.invocations;
      this.#ledger.lambdaGigabyteSeconds += one.gigabyteSeconds;
      one.coldStarts = one.throttled = one.invocations = one.billedSeconds = 0;
    }
    return this.#ledger.close(seconds);
  }
}
