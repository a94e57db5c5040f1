import { contentionFactor } from '../physics/contention.ts';
import { unitLognormalTable } from '../physics/lognormal.ts';
import { queueLimit } from '../physics/service.ts';
import { Random } from '../random.ts';
import type { Action, PoolState, PriceBook, ServiceProfile, Workload } from '../types.ts';
import { ArrivalStream } from '../workload/arrivals.ts';
import { ArrivalInstants } from './arrival-instants.ts';
import type { Engine, Interval } from './engine.ts';
import { LambdaGate } from './lambda-gate.ts';
import { Ledger } from './ledger.ts';
import { ratesPerBin } from './rates-per-bin.ts';
import type { Slots } from './slots.ts';
import { SlottedFleets } from './slotted-fleets.ts';
import { WaitingLines } from './waiting-lines.ts';

const tableSize = 4096;
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
  readonly #serviceShift: number;
  readonly #fleets: SlottedFleets;
  /** [pool] */
  readonly #slots: readonly Slots[];
  readonly #lines: WaitingLines;
  readonly #gate: LambdaGate;
  /** Requests that may wait. */
  readonly #waitingRoom: number;
  /** [second] Requests of the interval. */
  readonly #counts: Int32Array;
  /** [class] Share of arrivals in this class or a stricter one, in 2^32nds. */
  readonly #classBounds: Float64Array;
  /** [class] Share of arrivals in stricter classes. */
  readonly #stricterShare: Float64Array;
  /** [class] Longest line in front of a request that still waits. */
  readonly #limits: Float64Array;
  #accuracy = 0;
  /** Share of requests that the router `weights` sends to Lambda, in 2^32nds. */
  #lambdaBound = 0;
  #maxWaitMs: readonly (number | null)[] = [];
  #now = 0;
  /** When the next boot ends or batch is sent. */
  #nextEvent = Number.POSITIVE_INFINITY;
  #lastSecondArrivals = 0;

  /**
   * `unitService`: equally likely values of a service time over its mean, a power of two of them; by default lognormal with the profile's `serviceCv`.
   */
  constructor(
    profile: ServiceProfile,
    prices: PriceBook,
    workload: Workload,
    seed: number,
    initialVms: readonly number[],
    unitService: Float64Array = unitLognormalTable(profile.serviceCv, tableSize),
  ) {
    const { classes } = profile.slo;
    this.#profile = profile;
    this.#random = Random.seeded(seed, 'requests');
    this.#arrivals = new ArrivalStream(workload, Random.seeded(seed, 'arrivals'));
    this.#instants = new ArrivalInstants(this.#random);
    this.#ledger = new Ledger(profile, prices);
    this.#unitService = unitService;
    this.#serviceShift = 32 - Math.log2(unitService.length);
    this.#fleets = new SlottedFleets(profile, prices, seed, initialVms);
    this.#slots = this.#fleets.slots;
    this.#lines = new WaitingLines(classes.length, profile.clientTimeoutMs / 1000);
    this.#gate = new LambdaGate(profile, this.#ledger, unitService, this.#random);
    this.#waitingRoom = profile.queueLimit ?? Number.POSITIVE_INFINITY;
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
    const insideBefore = this.#lines.waiting + this.#gate.waiting;
    this.#fleets.scaleTo(action.vmCounts, this.#now, decisionSeconds, this.#ledger);
    this.#putInForce(action);
    this.#arrivals.take(this.#counts);
    for (const count of this.#counts) this.#runSecond(count, end);
    this.#ledger.insideChange = this.#lines.waiting + this.#gate.waiting - insideBefore;
    this.#fleets.settle(this.#ledger);
    this.#gate.settle();
    return {
      outcome: this.#ledger.close(decisionSeconds),
      arrivals: ratesPerBin(this.#counts, metrics.binSeconds),
      queueLength: this.#lines.lengths(),
    };
  }

  #putInForce(action: Action): void {
    const { variant, spillover } = action;
    const isOverflow = this.#profile.router === 'overflow';
    this.#gate.putInForce(action, this.#now);
    this.#accuracy = this.#profile.variants[variant]!.accuracy;
    this.#maxWaitMs = isOverflow ? spillover.maxWaitMs : spillover.maxWaitMs.map(() => null);
    this.#lambdaBound = isOverflow ? 0 : spillover.lambdaShare * draws;
    this.#fleets.serve(variant);
    this.#findNextEvent();
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
      if (this.#nextEvent <= this.#now) this.#runEvents(this.#now, intervalEnd);
      if (this.#lines.waiting > 0) this.#finishServices(this.#now);
      this.#arrive();
    }
    this.#now = end;
    this.#lastSecondArrivals = count;
    this.#runEvents(end, intervalEnd);
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
    const isFull = this.#lines.waiting >= this.#waitingRoom;
    if (this.#lines.ahead(k) + 1 > this.#limits[k]! || (isFull && this.#maxWaitMs[k] !== null)) this.#spill(k);
    else if (isFull) this.#ledger.lost[k]!++;
    else this.#lines.join(k, this.#now);
  }

  #serve(slots: Slots, k: number, arrival: number, start: number): void {
    const unit = this.#unitService[this.#random.bits() >>> this.#serviceShift]!;
    const end = start + slots.serviceSeconds * unit * slots.slowness;
    slots.work(start, end);
    this.#ledger.answer(k, end - arrival, this.#accuracy);
  }

  #spill(k: number): void {
    this.#gate.take(k, this.#now);
    if (this.#gate.sendAt < this.#nextEvent) this.#findNextEvent();
  }

  #findNextEvent(): void {
    this.#nextEvent = Math.min(this.#fleets.nextBoot, this.#gate.sendAt);
  }

  /** Boots that end and batches that are sent up to `now`, in order of time. */
  #runEvents(now: number, intervalEnd: number): void {
    for (let time = this.#nextEvent; time <= now; time = this.#nextEvent) {
      if (this.#gate.sendAt <= time) {
        this.#gate.send(time);
        this.#findNextEvent();
      } else this.#finishBoots(time, intervalEnd);
    }
  }

  /** Boots that end at `time`, after the services that end before it. */
  #finishBoots(time: number, intervalEnd: number): void {
    this.#finishServices(time);
    this.#fleets.finishBoots(time, intervalEnd, this.#ledger);
    this.#findNextEvent();
    this.#startWaiting(time);
    this.#updateLimits();
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
    if (slots.contention > 0)
      slots.slowness = contentionFactor(slots.contention, this.#lines.waiting, this.#fleets.readyVms);
    this.#serve(slots, this.#lines.taken, arrival, time);
    slots.slowness = 1;
  }
}
