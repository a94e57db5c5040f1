import { creditPrice, idleReserve, longestWaitSeconds, type Rung, routerBudgets } from '../physics/budgets.ts';
import { contentionFactor } from '../physics/contention.ts';
import type { Random } from '../random.ts';
import type { ServiceProfile } from '../types.ts';
import type { LambdaGate } from './lambda-gate.ts';
import type { Ledger } from './ledger.ts';
import type { LineRoom } from './line-room.ts';
import type { RunningAccount } from './running-account.ts';
import type { Second } from './second.ts';
import { replaceFirst } from './slot-heap.ts';
import type { Slots } from './slots.ts';
import type { SlottedFleets } from './slotted-fleets.ts';
import type { WaitingLines } from './waiting-lines.ts';

const draws = 2 ** 32;

/** What a front is made of. */
export interface FrontParts {
  readonly second: Second;
  readonly fleets: SlottedFleets;
  readonly lines: WaitingLines;
  readonly room: LineRoom;
  readonly gate: LambdaGate;
  readonly account: RunningAccount;
  readonly ledger: Ledger;
  readonly random: Random;
}

/**
 * The front end: which requests start at once, wait, or leave for Lambda, and who starts when, on which slot, answered by which variant.
 * A request is booked when its service starts.
 */
export class VmFront {
  readonly #profile: ServiceProfile;
  readonly #parts: FrontParts;
  readonly #second: Second;
  readonly #slots: readonly Slots[];
  readonly #lines: WaitingLines;
  readonly #room: LineRoom;
  readonly #gate: LambdaGate;
  readonly #ledger: Ledger;
  readonly #random: Random;
  readonly #isBudgeted: boolean;
  /** Every service that starts is of the variant in force, at full speed, and the router looks at the lines only. */
  readonly #isPlain: boolean;
  /** Of the variant in force. */
  #accuracy = 0;
  /** Share of requests that the router `weights` sends to Lambda, in 2^32nds. */
  #lambdaBound = 0;

  constructor(profile: ServiceProfile, parts: FrontParts) {
    this.#profile = profile;
    this.#parts = parts;
    this.#second = parts.second;
    this.#slots = parts.fleets.slots;
    this.#lines = parts.lines;
    this.#room = parts.room;
    this.#gate = parts.gate;
    this.#ledger = parts.ledger;
    this.#random = parts.random;
    this.#isBudgeted = routerBudgets(profile).accuracy;
    this.#isPlain =
      profile.router === 'overflow' && !this.#isBudgeted && profile.pools.every((one) => one.contention === 0);
  }

  /** A variant, and the part of all requests that goes to Lambda, whatever the lines. */
  putInForce(variant: number, lambdaShare: number): void {
    this.#accuracy = this.#profile.variants[variant]!.accuracy;
    this.#lambdaBound = lambdaShare * draws;
  }

  /** In order of time, up to `until`: requests arrive, and those who wait start where a slot becomes free. Ends early where a batch is to be sent before. */
  run(until: number): void {
    const { open } = this.#parts.fleets;
    const only = this.#isPlain && open.length === 1 ? open[0]! : null;
    do {
      if (only) this.#runUsual(only, until);
    } while (this.#step(until));
  }

  /**
   * With one pool whose services are all of the variant in force and at full speed: what is usual, namely that a request starts at once, joins a
   * line that is short enough, or starts from it, just as `#step` does it, up to whatever else comes next. It is the loop that all requests go
   * through, so V8 is to keep what it reads in registers: there is room for all beforehand, and no call is left that is not inlined
   * (after one everything would be read anew, and each double passed to it boxed).
   */
  #runUsual(slots: Slots, until: number): void {
    const second = this.#second;
    const { times, classes, units } = second;
    const lines = this.#lines;
    const room = this.#room;
    const ledger = this.#ledger;
    const accuracy = this.#accuracy;
    const { serviceSeconds } = slots;
    const { times: free, size } = slots.freeAt;
    ledger.expect(lines.waiting + second.left);
    lines.expect(second.left);
    for (;;) {
      const { next } = second;
      const now = times[next]!;
      let start = free[0]!;
      let arrival = now;
      let k = classes[next]!;
      let unit = units[next]!;
      if (lines.waiting > 0 && start <= now && start <= until) {
        if (lines.isAnyoneGone(start)) return;
        arrival = lines.next();
        k = lines.taken;
        unit = lines.takenUnit;
      } else {
        if (now > until) return;
        if (start > now) {
          if (!room.isShort(k)) return;
          second.next = next + 1;
          lines.put(k, now, unit);
          continue;
        }
        second.next = next + 1;
        start = now;
      }
      const end = start + serviceSeconds * unit;
      slots.workedSeconds += end - start;
      ledger.note(k, end - arrival, accuracy);
      replaceFirst(free, size, end);
    }
  }

  /** Lets happen what comes next, up to `until`; false where nothing does. */
  #step(until: number): boolean {
    const { next, times } = this.#second;
    const now = times[next]!;
    if (this.#lines.waiting > 0) {
      const slots = this.#nextFree();
      const start = slots.nextFreeAt;
      if (start <= now && start <= until) {
        this.#serveNext(slots, start);
        return true;
      }
    }
    if (now > until) return false;
    this.#second.next++;
    this.#admit(next, now);
    return this.#gate.sendAt >= until;
  }

  #nextFree(): Slots {
    let next = this.#slots[0]!;
    for (const slots of this.#slots) if (slots.nextFreeAt < next.nextFreeAt) next = slots;
    return next;
  }

  #serveNext(slots: Slots, start: number): void {
    this.#lines.expire(start, this.#ledger.lost);
    if (this.#lines.waiting === 0) return;
    const arrival = this.#lines.next();
    this.#serve(slots, this.#lines.taken, this.#lines.takenUnit, arrival, start);
  }

  #admit(request: number, now: number): void {
    const k = this.#second.classes[request]!;
    const unit = this.#second.units[request]!;
    if (this.#lambdaBound > 0 && this.#random.bits() >>> 0 < this.#lambdaBound) {
      this.#gate.take(k, now, now);
      return;
    }
    const slots = this.#lines.waiting === 0 ? this.#slots.find((one) => one.nextFreeAt <= now) : undefined;
    if (slots) this.#serve(slots, k, unit, now, now);
    else this.#overflow(k, unit, now);
  }

  /** A request has found no free slot. */
  #overflow(k: number, unit: number, now: number): void {
    if (this.#room.isFull) {
      if (this.#room.maySpill(k)) this.#gate.take(k, now, now);
      else this.#ledger.lost[k]!++;
    } else if (this.#room.mayWait(k)) this.#lines.join(k, now, unit);
    else if (this.#room.mayBeLate(k)) this.#lines.joinPatient(k, now, unit);
    else this.#gate.take(k, now, now);
  }

  /** The next free slot answers a request that arrived at `arrival` and starts at `start`. */
  #serve(slots: Slots, classIndex: number, unit: number, arrival: number, start: number): void {
    const { inForce } = slots.ladder!;
    const rung = this.#isBudgeted ? this.#rung(slots, classIndex, start - arrival, start) : inForce;
    const end = start + rung.serviceSeconds * unit * this.#slowness(slots);
    slots.work(start, end);
    this.#ledger.answer(classIndex, end - arrival, rung.accuracy);
  }

  #slowness({ contention }: Slots): number {
    if (contention === 0 || this.#lines.waiting === 0) return 1;
    return contentionFactor(contention, this.#lines.waiting, this.#parts.fleets.readyVms);
  }

  /** The variant that the accuracy budget has answer: smaller under pressure while credit pays for it, larger where slots stay idle. */
  #rung(slots: Slots, classIndex: number, waited: number, start: number): Rung {
    const { inForce, larger, smaller } = slots.ladder!;
    if (!smaller) return inForce;
    const { accuracyFloor, serviceCv, slo } = this.#profile;
    if (this.#parts.room.isUnderPressure(this.#idleAfter(slots, start))) {
      return this.#parts.account.credit >= creditPrice(smaller, accuracyFloor) ? smaller : inForce;
    }
    if (!larger || this.#lines.waiting > 0) return inForce;
    const isQuick = waited <= longestWaitSeconds(larger, serviceCv, slo.classes[classIndex]!.deadlineMs);
    return isQuick && slots.areFree(idleReserve(slots.count) + 1, start) ? larger : inForce;
  }

  /** 1 where another slot of any pool is free once this one is taken, else 0. */
  #idleAfter(taken: Slots, time: number): number {
    if (this.#lines.waiting > 0) return 0;
    for (const slots of this.#slots) {
      if (slots === taken ? slots.areFree(2, time) : slots.nextFreeAt <= time) return 1;
    }
    return 0;
  }
}
