import { patienceSeconds, routerBudgets } from '../physics/budgets.ts';
import { unitServiceTable } from '../physics/service-table.ts';
import { Random } from '../random.ts';
import type { Action, PoolState, PriceBook, ServiceProfile, Workload } from '../types.ts';
import { ArrivalStream } from '../workload/arrivals.ts';
import type { Engine, Interval } from './engine.ts';
import type { FunctionRecord } from './function-record.ts';
import { LambdaGate } from './lambda-gate.ts';
import { Ledger } from './ledger.ts';
import { LineRoom } from './line-room.ts';
import { ratesPerBin } from './rates-per-bin.ts';
import { RunningAccount } from './running-account.ts';
import { Second } from './second.ts';
import { SlottedFleets } from './slotted-fleets.ts';
import { VmFront } from './vm-front.ts';
import { WaitingLines } from './waiting-lines.ts';

/**
 * Every request on its own: arrivals within a second at uniform times, lognormal service, one waiting line per class shared by
 * all VMs, and the router's choice between VM, waiting and Lambda at the moment of arrival.
 * A request is booked when its service starts, since its end is then known.
 */
export class RequestLevelEngine implements Engine {
  readonly #profile: ServiceProfile;
  readonly #random: Random;
  readonly #arrivals: ArrivalStream;
  readonly #second: Second;
  readonly #ledger: Ledger;
  readonly #account: RunningAccount;
  readonly #fleets: SlottedFleets;
  readonly #isPatient: boolean;
  readonly #lines: WaitingLines;
  readonly #room: LineRoom;
  readonly #front: VmFront;
  readonly #gate: LambdaGate;
  /** [second] Requests of the interval. */
  readonly #counts: Int32Array;
  #now = 0;
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
    this.#profile = profile;
    this.#random = Random.seeded(seed, 'requests');
    this.#arrivals = new ArrivalStream(workload, Random.seeded(seed, 'arrivals'));
    this.#second = new Second(profile, unitService, this.#random);
    this.#ledger = new Ledger(profile, prices);
    this.#account = new RunningAccount(profile, this.#ledger);
    this.#fleets = new SlottedFleets(profile, prices, seed, initialVms);
    this.#isPatient = routerBudgets(profile).misses;
    this.#lines = new WaitingLines(
      classes.length,
      profile.clientTimeoutMs / 1000,
      patienceSeconds(profile.clientTimeoutMs),
    );
    this.#room = new LineRoom(profile, this.#fleets, this.#lines, this.#account);
    this.#gate = new LambdaGate(profile, this.#ledger, unitService, this.#random, record);
    this.#counts = new Int32Array(profile.decisionSeconds);
    this.#front = new VmFront(profile, {
      second: this.#second,
      fleets: this.#fleets,
      lines: this.#lines,
      room: this.#room,
      gate: this.#gate,
      account: this.#account,
      ledger: this.#ledger,
      random: this.#random,
    });
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
    this.#fleets.settle(this.#ledger);
    this.#gate.settle();
    this.#account.carry(this.#now);
  }

  #putInForce(action: Action): void {
    const { variant, spillover } = action;
    const isOverflow = this.#profile.router === 'overflow';
    this.#gate.putInForce(action, this.#now);
    this.#front.putInForce(variant, isOverflow ? 0 : spillover.lambdaShare);
    this.#fleets.serve(variant, this.#now);
    this.#room.allow(isOverflow ? spillover.maxWaitMs : spillover.maxWaitMs.map(() => null));
    this.#room.update(this.#lastSecondArrivals);
  }

  #runSecond(count: number, intervalEnd: number): void {
    const end = this.#now + 1;
    this.#room.update(this.#lastSecondArrivals);
    this.#second.draw(this.#now, count);
    for (let time = this.#runUntil(end); time < end; time = this.#runUntil(end)) this.#runEvent(time, intervalEnd);
    this.#now = end;
    this.#lastSecondArrivals = count;
    this.#room.notice(count);
    for (let time = this.#nextEvent; time <= end; time = this.#nextEvent) this.#runEvent(time, intervalEnd);
    this.#second.book(this.#ledger.requests);
    this.#lines.expire(end, this.#ledger.lost);
    if (this.#isPatient) this.#spillImpatient(end);
  }

  /** Requests arrive and are served up to the next event or `end`; returns up to when. */
  #runUntil(end: number): number {
    let until: number;
    do {
      until = Math.min(end, this.#nextEvent);
      this.#front.run(until);
    } while (this.#nextEvent < until); // a batch was begun meanwhile
    return until;
  }

  /** Who was let wait instead of spilled, and has waited in vain, is spilled after all. */
  #spillImpatient(now: number): void {
    for (let k = 0; k < this.#profile.slo.classes.length; k++) {
      for (let arrival = this.#lines.nextImpatient(k, now); arrival >= 0; arrival = this.#lines.nextImpatient(k, now)) {
        this.#gate.take(k, arrival, now);
      }
    }
  }

  /** The fleets change, or a batch is sent. */
  get #nextEvent(): number {
    return Math.min(this.#fleets.nextChange, this.#gate.sendAt);
  }

  #runEvent(time: number, intervalEnd: number): void {
    if (this.#gate.sendAt <= time) this.#gate.send(time);
    else this.#changeFleets(time, intervalEnd);
  }

  /** Boots that end, and VMs that are interrupted, at `time`, after the services that end before it. */
  #changeFleets(time: number, intervalEnd: number): void {
    this.#front.run(time);
    this.#fleets.runUntil(time, intervalEnd, this.#ledger);
    this.#room.update(this.#lastSecondArrivals);
  }
}
