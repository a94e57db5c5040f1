import { patienceSeconds, routerBudgets } from '../physics/budgets.ts';
import { unitServiceTable } from '../physics/service-table.ts';
import { Random } from '../random.ts';
import type { Action, PoolState, PriceBook, ServiceProfile, Workload } from '../types.ts';
import { ArrivalStream } from '../workload/arrivals.ts';
import { ArrivalInstants } from './arrival-instants.ts';
import { ClassDraw } from './class-draw.ts';
import { DirectTally } from './direct-tally.ts';
import type { Engine, Interval } from './engine.ts';
import type { FunctionRecord } from './function-record.ts';
import { LambdaGate } from './lambda-gate.ts';
import { Ledger } from './ledger.ts';
import { LineRoom } from './line-room.ts';
import { ratesPerBin } from './rates-per-bin.ts';
import { RunningAccount } from './running-account.ts';
import type { Slots } from './slots.ts';
import { SlottedFleets } from './slotted-fleets.ts';
import { VmFront } from './vm-front.ts';
import { WaitingLines } from './waiting-lines.ts';

const draws = 2 ** 32;
const never = Number.POSITIVE_INFINITY;

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
  readonly #account: RunningAccount;
  readonly #unitService: Float64Array;
  readonly #fleets: SlottedFleets;
  /** [pool] */
  readonly #slots: readonly Slots[];
  /** [pool] */
  readonly #tallies: readonly DirectTally[];
  /** Without budgets, a request that need not wait is only counted. */
  readonly #isTallied: boolean;
  readonly #isPatient: boolean;
  readonly #lines: WaitingLines;
  readonly #room: LineRoom;
  readonly #front: VmFront;
  readonly #gate: LambdaGate;
  /** [second] Requests of the interval. */
  readonly #counts: Int32Array;
  /** [request] Random bits: the class in the upper, the service in the lower ones. */
  #bits = new Int32Array(256);
  readonly #classes: ClassDraw;
  #accuracy = 0;
  /** Share of requests that the router `weights` sends to Lambda, in 2^32nds. */
  #lambdaBound = 0;
  #now = 0;
  /** When the fleets change next, or a batch is sent. */
  #nextEvent = never;
  #lastSecondArrivals = 0;

  /**
   * `unitService`: equally likely values of a service time over its mean, a power of two of them, at most 65,536; by default lognormal
   * with the profile's `serviceCv`. `record`: what Lambda's own metrics would tell is written there.
   */
  constructor(
    profile: ServiceProfile,
    prices: PriceBook,
    workload: Workload,
    seed: number,
    initialVms: readonly number[],
    unitService: Float64Array = unitServiceTable(profile.serviceCv),
    record: FunctionRecord | null = null,
  ) {
    const { classes } = profile.slo;
    const deadlineSeconds = classes.map((one) => one.deadlineMs / 1000);
    this.#profile = profile;
    this.#random = Random.seeded(seed, 'requests');
    this.#arrivals = new ArrivalStream(workload, Random.seeded(seed, 'arrivals'));
    this.#instants = new ArrivalInstants(this.#random);
    this.#ledger = new Ledger(profile, prices);
    this.#account = new RunningAccount(profile, this.#ledger);
    this.#unitService = unitService;
    this.#fleets = new SlottedFleets(profile, prices, seed, initialVms);
    this.#slots = this.#fleets.slots;
    this.#tallies = this.#slots.map(() => new DirectTally(unitService, deadlineSeconds));
    const budgets = routerBudgets(profile);
    this.#isPatient = budgets.misses;
    this.#isTallied = !budgets.accuracy && !budgets.misses;
    this.#lines = new WaitingLines(
      classes.length,
      profile.clientTimeoutMs / 1000,
      patienceSeconds(profile.clientTimeoutMs),
    );
    this.#room = new LineRoom(profile, this.#fleets, this.#lines, this.#account);
    this.#gate = new LambdaGate(profile, this.#ledger, unitService, this.#random, record);
    this.#counts = new Int32Array(profile.decisionSeconds);
    this.#classes = new ClassDraw(profile);
    const parts = { fleets: this.#fleets, lines: this.#lines, room: this.#room, account: this.#account };
    this.#front = new VmFront(profile, { ...parts, ledger: this.#ledger, unitService, random: this.#random });
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
    this.#settle();
    return {
      outcome: this.#ledger.close(decisionSeconds),
      arrivals: ratesPerBin(this.#counts, metrics.binSeconds),
      queueLength: this.#lines.lengths(),
    };
  }

  #settle(): void {
    this.#slots.forEach((slots, pool) => {
      if (slots.ladder && this.#isTallied)
        slots.workedSeconds += this.#tallies[pool]!.settle(this.#ledger, slots.serviceSeconds, this.#accuracy);
    });
    this.#fleets.settle(this.#ledger);
    this.#gate.settle();
    this.#account.carry(this.#now);
  }

  #putInForce(action: Action): void {
    const { variant, spillover } = action;
    const isOverflow = this.#profile.router === 'overflow';
    this.#gate.putInForce(action, this.#now);
    this.#accuracy = this.#profile.variants[variant]!.accuracy;
    this.#lambdaBound = isOverflow ? 0 : spillover.lambdaShare * draws;
    this.#fleets.serve(variant);
    this.#room.allow(isOverflow ? spillover.maxWaitMs : spillover.maxWaitMs.map(() => null));
    this.#findNextEvent();
    this.#room.update(this.#lastSecondArrivals);
    this.#front.serveUntil(this.#now, this.#now);
  }

  #runSecond(count: number, intervalEnd: number): void {
    const start = this.#now;
    const end = start + 1;
    this.#room.update(this.#lastSecondArrivals);
    this.#instants.draw(count);
    if (count > this.#bits.length) this.#bits = new Int32Array(2 * count);
    this.#random.fill(this.#bits, count);
    const { times } = this.#instants;
    for (let index = 0; index < count; index++) {
      this.#now = start + times[index]!;
      if (this.#nextEvent <= this.#now) this.#runEvents(this.#now, intervalEnd);
      if (this.#lines.waiting > 0) this.#front.serveUntil(this.#now, 0);
      this.#arrive(this.#bits[index]!);
    }
    this.#now = end;
    this.#lastSecondArrivals = count;
    this.#room.notice(count);
    this.#runEvents(end, intervalEnd);
    this.#front.serveUntil(end, 0);
    this.#lines.expire(end, this.#ledger.lost);
    if (this.#isPatient) this.#spillImpatient(end);
  }

  /** Who was let wait instead of spilled, and has waited in vain, is spilled after all. */
  #spillImpatient(now: number): void {
    for (let k = 0; k < this.#profile.slo.classes.length; k++) {
      for (let arrival = this.#lines.nextImpatient(k, now); arrival >= 0; arrival = this.#lines.nextImpatient(k, now)) {
        this.#gate.take(k, arrival, now);
      }
    }
    this.#findNextEvent();
  }

  /** A request arrives now. */
  #arrive(bits: number): void {
    const k = this.#classes.of(bits);
    if (this.#lambdaBound > 0 && this.#random.bits() >>> 0 < this.#lambdaBound) {
      this.#ledger.requests[k]!++;
      this.#spill(k);
      return;
    }
    for (let pool = 0; pool < this.#slots.length; pool++) {
      const slots = this.#slots[pool]!;
      if (slots.nextFreeAt > this.#now) continue;
      if (this.#isTallied) this.#serveAtOnce(pool, k, bits);
      else {
        this.#ledger.requests[k]!++;
        this.#front.serve(slots, k, this.#now, this.#now);
      }
      return;
    }
    this.#ledger.requests[k]!++;
    this.#overflow(k);
  }

  #serveAtOnce(pool: number, k: number, bits: number): void {
    const slots = this.#slots[pool]!;
    const units = this.#unitService;
    const entry = bits & (units.length - 1);
    this.#tallies[pool]!.counts[k * units.length + entry]!++;
    slots.workUntil(this.#now + slots.serviceSeconds * units[entry]!);
  }

  /** A request has found no free slot. */
  #overflow(k: number): void {
    if (this.#room.isFull) {
      if (this.#room.maySpill(k)) this.#spill(k);
      else this.#ledger.lost[k]!++;
    } else if (this.#room.mayWait(k)) this.#lines.join(k, this.#now);
    else if (this.#room.mayBeLate(k)) this.#lines.joinPatient(k, this.#now);
    else this.#spill(k);
  }

  #spill(k: number): void {
    this.#gate.take(k, this.#now, this.#now);
    if (this.#gate.sendAt < this.#nextEvent) this.#findNextEvent();
  }

  #findNextEvent(): void {
    this.#nextEvent = Math.min(this.#fleets.nextChange, this.#gate.sendAt);
  }

  /** Changes of the fleets and batches that are sent up to `now`, in order of time. */
  #runEvents(now: number, intervalEnd: number): void {
    for (let time = this.#nextEvent; time <= now; time = this.#nextEvent) {
      if (this.#gate.sendAt <= time) {
        this.#gate.send(time);
        this.#findNextEvent();
      } else this.#changeFleets(time, intervalEnd);
    }
  }

  /** Boots that end, and VMs that are interrupted, at `time`, after the services that end before it. */
  #changeFleets(time: number, intervalEnd: number): void {
    this.#front.serveUntil(time, 0);
    this.#fleets.runUntil(time, intervalEnd, this.#ledger);
    this.#findNextEvent();
    this.#front.serveUntil(time, time);
    this.#room.update(this.#lastSecondArrivals);
  }
}
