import { unitLognormalTable } from '../physics/lognormal.ts';
import { queueLimit } from '../physics/service.ts';
import { Random } from '../random.ts';
import type { Action, PoolState, PriceBook, ServiceProfile, Workload } from '../types.ts';
import { ArrivalStream } from '../workload/arrivals.ts';
import { ArrivalInstants } from './arrival-instants.ts';
import type { Engine, Interval } from './engine.ts';
import type { FunctionPool } from './function-pool.ts';
import { FunctionPools } from './function-pools.ts';
import { Ledger } from './ledger.ts';
import { ratesPerBin } from './rates-per-bin.ts';
import type { Slots } from './slots.ts';
import { SlottedFleets } from './slotted-fleets.ts';
import { WaitingLines } from './waiting-lines.ts';

const tableBits = 12;
const draws = 2 ** 32;

/**
 * Every request on its own: arrivals within a second at uniform times, lognormal service, one waiting line per class shared by
 * all VMs, and the router's choice between VM, waiting and Lambda at the moment of arrival.
 * A request is booked when its service starts, since its end is then known.
 */
export class RequestLevelEngine implements Engine {
  readonly #profile: ServiceProfile;
  readonly #random: Random;
  readonly #arrivals: ArrivalStream;
  readonly #instants: ArrivalInstants;
  readonly #ledger: Ledger;
  readonly #unitService: Float64Array;
  readonly #fleets: SlottedFleets;
  /** [pool] */
  readonly #slots: readonly Slots[];
  readonly #lines: WaitingLines;
  readonly #functions: FunctionPools;
  /** [second] Requests of the interval. */
  readonly #counts: Int32Array;
  /** [class] Share of arrivals in this class or a stricter one, in 2^32nds. */
  readonly #classBounds: Float64Array;
  /** [class] Share of arrivals in stricter classes. */
  readonly #stricterShare: Float64Array;
  /** [class] Longest line in front of a request that still waits. */
  readonly #limits: Float64Array;
  #function: FunctionPool | null = null;
  #accuracy = 0;
  /** Share of requests that the router `weights` sends to Lambda, in 2^32nds. */
  #lambdaBound = 0;
  #maxWaitMs: readonly (number | null)[] = [];
  #now = 0;
  #lastSecondArrivals = 0;

  constructor(
    profile: ServiceProfile,
    prices: PriceBook,
    workload: Workload,
    seed: number,
    initialVms: readonly number[],
  ) {
    const { classes } = profile.slo;
    this.#profile = profile;
    this.#random = Random.seeded(seed, 'requests');
    this.#arrivals = new ArrivalStream(workload, Random.seeded(seed, 'arrivals'));
    this.#instants = new ArrivalInstants(this.#random);
    this.#ledger = new Ledger(profile, prices);
    this.#unitService = unitLognormalTable(profile.serviceCv, 1 << tableBits);
    this.#fleets = new SlottedFleets(profile, prices, seed, initialVms);
    this.#slots = this.#fleets.slots;
    this.#lines = new WaitingLines(classes.length, profile.clientTimeoutMs / 1000);
    this.#functions = new FunctionPools(profile, this.#unitService, this.#random);
    this.#counts = new Int32Array(profile.decisionSeconds);
    this.#limits = new Float64Array(classes.length);
    this.#stricterShare = Float64Array.from(classes, (_, k) =>
      classes.slice(0, k).reduce((sum, c) => sum + c.share, 0),
    );
    this.#classBounds = Float64Array.from(classes, (one, k) => (this.#stricterShare[k]! + one.share) * draws);
    this.#classBounds[classes.length - 1] = draws;
  }

  pools(): PoolState[] {
    return this.#fleets.states();
  }

  advance(action: Action): Interval {
    const { decisionSeconds, metrics } = this.#profile;
    const end = this.#now + decisionSeconds;
    const waitingBefore = this.#lines.waiting;
    this.#fleets.scaleTo(action.vmCounts, this.#now, decisionSeconds, this.#ledger);
    this.#putInForce(action);
    this.#arrivals.take(this.#counts);
    for (const count of this.#counts) this.#runSecond(count, end);
    this.#ledger.insideChange = this.#lines.waiting - waitingBefore;
    this.#fleets.settle(this.#ledger);
    this.#functions.settle(this.#ledger);
    return {
      outcome: this.#ledger.close(decisionSeconds),
      arrivals: ratesPerBin(this.#counts, metrics.binSeconds),
      queueLength: this.#lines.lengths(),
    };
  }

  #putInForce({ variant, lambdaMemoryMb, spillover }: Action): void {
    const isOverflow = this.#profile.router === 'overflow';
    this.#accuracy = this.#profile.variants[variant]!.accuracy;
    this.#function = this.#functions.of(variant, lambdaMemoryMb);
    this.#maxWaitMs = isOverflow ? spillover.maxWaitMs : spillover.maxWaitMs.map(() => null);
    this.#lambdaBound = isOverflow ? 0 : spillover.lambdaShare * draws;
    this.#fleets.serve(variant);
    this.#startWaiting(this.#now);
  }

  #runSecond(count: number, intervalEnd: number): void {
    const start = this.#now;
    const end = start + 1;
    this.#updateLimits();
    this.#instants.draw(count);
    const { times } = this.#instants;
    for (let index = 0; index < count; index++) {
      this.#now = start + times[index]!;
      if (this.#fleets.nextBoot <= this.#now) this.#finishBoots(this.#now, intervalEnd);
      if (this.#lines.waiting > 0) this.#finishServices(this.#now);
      this.#arrive();
    }
    this.#now = end;
    this.#lastSecondArrivals = count;
    this.#finishBoots(end, intervalEnd);
    this.#finishServices(end);
    this.#lines.expire(end, this.#ledger.lost);
  }

  /** Capacity and demand of the last second say how long a line may grow until its last request would wait too long. */
  #updateLimits(): void {
    const { capacity } = this.#fleets;
    for (let k = 0; k < this.#limits.length; k++) {
      const stricterPerSecond = this.#lastSecondArrivals * this.#stricterShare[k]!;
      this.#limits[k] = queueLimit(this.#maxWaitMs[k]!, capacity, stricterPerSecond) ?? Number.POSITIVE_INFINITY;
    }
  }

  /** A request arrives now. */
  #arrive(): void {
    const draw = this.#random.bits() >>> 0;
    let k = 0;
    while (draw >= this.#classBounds[k]!) k++;
    this.#ledger.requests[k]!++;
    if (this.#lambdaBound > 0 && this.#random.bits() >>> 0 < this.#lambdaBound) {
      this.#spill(k);
      return;
    }
    for (let pool = 0; pool < this.#slots.length; pool++) {
      const slots = this.#slots[pool]!;
      if (slots.nextFreeAt > this.#now) continue;
      this.#serve(slots, k, this.#now, this.#now);
      return;
    }
    if (this.#lines.ahead(k) + 1 > this.#limits[k]!) this.#spill(k);
    else this.#lines.join(k, this.#now);
  }

  #serve(slots: Slots, k: number, arrival: number, start: number): void {
    const unit = this.#unitService[this.#random.bits() >>> (32 - tableBits)]!;
    const end = start + slots.serviceSeconds * unit;
    slots.work(start, end);
    this.#ledger.answer(k, end - arrival, this.#accuracy);
  }

  #spill(k: number): void {
    this.#ledger.spilled++;
    const latency = this.#function!.invoke(this.#now);
    if (latency < 0) this.#ledger.lost[k]!++;
    else this.#ledger.answer(k, latency, this.#accuracy);
  }

  /** Boots up to `now`, in order of time, each after the services that end before it. */
  #finishBoots(now: number, intervalEnd: number): void {
    for (let time = this.#fleets.nextBoot; time <= now; time = this.#fleets.nextBoot) {
      this.#finishServices(time);
      this.#fleets.finishBoots(time, intervalEnd, this.#ledger);
      this.#startWaiting(time);
      this.#updateLimits();
    }
  }

  /** While somebody waits, each slot that becomes free by `now` takes the next request. */
  #finishServices(now: number): void {
    while (this.#lines.waiting > 0) {
      const slots = this.#nextFree();
      const time = slots.nextFreeAt;
      if (time > now) return;
      this.#serveNext(slots, time);
    }
  }

  /** Slots that came into being, or into use, at `time` take who waits. */
  #startWaiting(time: number): void {
    while (this.#lines.waiting > 0) {
      const slots = this.#nextFree();
      if (slots.nextFreeAt > time) return;
      this.#serveNext(slots, time);
    }
  }

  #nextFree(): Slots {
    let next = this.#slots[0]!;
    for (let pool = 1; pool < this.#slots.length; pool++) {
      if (this.#slots[pool]!.nextFreeAt < next.nextFreeAt) next = this.#slots[pool]!;
    }
    return next;
  }

  #serveNext(slots: Slots, time: number): void {
    this.#lines.expire(time, this.#ledger.lost);
    if (this.#lines.waiting === 0) return;
    const arrival = this.#lines.next();
    this.#serve(slots, this.#lines.taken, arrival, time);
  }
}
