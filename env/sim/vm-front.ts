import { creditPrice, idleReserve, longestWaitSeconds, type Rung, routerBudgets } from '../physics/budgets.ts';
import { contentionFactor } from '../physics/contention.ts';
import type { Random } from '../random.ts';
import type { ServiceProfile } from '../types.ts';
import type { Ledger } from './ledger.ts';
import type { LineRoom } from './line-room.ts';
import type { RunningAccount } from './running-account.ts';
import type { Slots } from './slots.ts';
import type { SlottedFleets } from './slotted-fleets.ts';
import type { WaitingLines } from './waiting-lines.ts';

/** What a front is made of. */
export interface FrontParts {
  readonly fleets: SlottedFleets;
  readonly lines: WaitingLines;
  readonly room: LineRoom;
  readonly account: RunningAccount;
  readonly ledger: Ledger;
  readonly unitService: Float64Array;
  readonly random: Random;
}

/** The front end of the VMs: who starts when, on which slot, answered by which variant. A request is booked when its service starts. */
export class VmFront {
  readonly #profile: ServiceProfile;
  readonly #parts: FrontParts;
  readonly #slots: readonly Slots[];
  readonly #lines: WaitingLines;
  readonly #ledger: Ledger;
  readonly #unitService: Float64Array;
  readonly #random: Random;
  readonly #isBudgeted: boolean;

  constructor(profile: ServiceProfile, parts: FrontParts) {
    this.#profile = profile;
    this.#parts = parts;
    this.#slots = parts.fleets.slots;
    this.#lines = parts.lines;
    this.#ledger = parts.ledger;
    this.#unitService = parts.unitService;
    this.#random = parts.random;
    this.#isBudgeted = routerBudgets(profile).accuracy;
  }

  /** While somebody waits, each slot that becomes free by `now` takes the next request, though not before `earliest`. */
  serveUntil(now: number, earliest: number): void {
    while (this.#lines.waiting > 0) {
      const slots = this.#nextFree();
      if (slots.nextFreeAt > now) return;
      this.#serveNext(slots, Math.max(slots.nextFreeAt, earliest));
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
    this.serve(slots, this.#lines.taken, arrival, time);
  }

  /** The next free slot answers a request that arrived at `arrival` and starts at `start`. */
  serve(slots: Slots, classIndex: number, arrival: number, start: number): void {
    const { inForce } = slots.ladder!;
    const rung = this.#isBudgeted ? this.#rung(slots, classIndex, start - arrival, start) : inForce;
    const unit = this.#unitService[this.#random.bits() & (this.#unitService.length - 1)]!;
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
