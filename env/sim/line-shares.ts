import { depthBelowLimit, startsUntilEmpty } from '../physics/blocking.ts';
import type { BusySlots } from './busy-slots.ts';
import type { Congestion } from './congestion.ts';
import type { ContendedService } from './contended-service.ts';
import type { FluidPatience, LeftOver } from './fluid-patience.ts';
import type { LineAnswers } from './line-answers.ts';
import type { LineLimits } from './line-limits.ts';
import type { LineOverflow } from './line-overflow.ts';
import { thereAtOnce } from './line-tail.ts';

/** Requests of a second below which an overflow is not worth an entry in the books. */
const negligibleOverflow = 1e-6;
/** Requests waiting that are a rounding error. */
const negligibleLine = 1e-9;

/** What the shares of a second depend on. */
export interface SharesParts {
  readonly busy: BusySlots;
  readonly limits: LineLimits;
  readonly congestion: Congestion;
  readonly contended: ContendedService;
  readonly answers: LineAnswers;
  readonly overflow: LineOverflow;
  /** Null: no miss budget. */
  readonly patience: FluidPatience | null;
}

/** Of the requests of a second, class by class: who starts, who waits, and who is turned away. */
export class LineShares {
  /** [class] Requests waiting. */
  readonly backlog: Float64Array;
  waiting = 0;
  /** Of the second, in requests per second; and of the variant in force. */
  capacity = 0;
  capacityInForce = 0;
  serviceSeconds = 0;
  /** Requests of the second before. */
  lastRate = 0;
  readonly answers: LineAnswers;
  readonly overflow: LineOverflow;
  readonly patience: FluidPatience | null;
  readonly #busy: BusySlots;
  readonly #limits: LineLimits;
  readonly #congestion: Congestion;
  readonly #contended: ContendedService;
  /** [class] */
  readonly #shares: Float64Array;
  /** Of all arrivals of the second: share that finds the room that is one for all classes full. */
  #fullShare = 0;
  readonly #left: LeftOver;

  constructor(shares: Float64Array, { busy, limits, congestion, contended, answers, overflow, patience }: SharesParts) {
    this.#shares = shares;
    this.#busy = busy;
    this.#limits = limits;
    this.#congestion = congestion;
    this.#contended = contended;
    this.answers = answers;
    this.overflow = overflow;
    this.patience = patience;
    this.backlog = new Float64Array(shares.length);
    this.#left = { startable: 0, flow: 0, chanceSeconds: 0, full: new Float64Array(shares.length) };
  }

  /** Requests waiting, those that the miss budget lets wait included. */
  get inside(): number {
    return this.patience ? this.waiting + this.patience.total : this.waiting;
  }

  /** What `share` does in a second in which chance makes nobody late or turned away. */
  shareSteadily(offered: number): void {
    const { backlog } = this;
    const { answered } = this.answers;
    this.overflow.forget();
    let startable = this.#busy.startable;
    let flowLeft = this.capacity;
    let waiting = 0;
    for (let k = 0; k < backlog.length; k++) {
      const arrived = offered * this.#shares[k]!;
      const before = backlog[k]!;
      let served = arrived;
      if (before > 0 || arrived > startable) {
        served = Math.min(startable, before + arrived);
        waiting += this.#wait(k, before, arrived, served, waiting, flowLeft);
      } else answered[k]! += served;
      startable -= served;
      flowLeft = Math.max(flowLeft - Math.min(served, arrived), 0);
    }
    this.waiting = waiting;
  }

  /** Some of a class wait, before or after the second; returns how many after. */
  #wait(k: number, before: number, arrived: number, served: number, ahead: number, flow: number): number {
    let after = before + arrived - served;
    if (after < negligibleLine) after = 0;
    else {
      const turnedAway = Math.min(arrived, after - this.#limits.room(k, this.lastRate, ahead));
      if (turnedAway >= negligibleOverflow) {
        after -= turnedAway;
        this.overflow.add(k, turnedAway);
      }
      after = this.answers.giveUp(k, after, Math.max(flow, arrived));
    }
    this.answers.answered[k]! += served;
    if (Math.max(before, after) > this.#limits.harmlessSeconds[k]! * flow) {
      this.#waited(k, served, before, after, flow);
    }
    this.backlog[k] = after;
    return after;
  }

  /** Everybody starts within the second, or is turned away. */
  shareAtOnce(offered: number): void {
    const { full, late, allBusy } = this.#congestion;
    const { answered, lateByWait } = this.answers;
    this.overflow.forget();
    for (let k = 0; k < full.length; k++) {
      const arrived = offered * this.#shares[k]!;
      let turnedAway = arrived * allBusy * full[k]!;
      if (turnedAway < negligibleOverflow) turnedAway = 0;
      answered[k]! += arrived - turnedAway;
      lateByWait[k]! += (arrived - turnedAway) * allBusy * late[k]!;
      this.overflow.add(k, turnedAway);
    }
  }

  /** Shares what can start within the second among the classes. */
  share(offered: number): void {
    const { backlog } = this;
    const { answered, lateByWait, latency } = this.answers;
    const { full, fullLong, late, allBusy } = this.#congestion;
    const { rooms, harmlessSeconds, isShared } = this.#limits;
    if (isShared) this.#fillSharedRoom(offered);
    let startable = this.#busy.startable;
    let flowLeft = this.capacity;
    const isBeyond = offered > this.capacity;
    const { isAny: isContended, lengthening } = this.#contended;
    let behind = this.inside;
    let waiting = 0;
    const inside = behind;
    this.overflow.forget();
    this.patience?.find(inside, this.capacityInForce);
    for (let k = 0; k < backlog.length; k++) {
      const arrived = offered * this.#shares[k]!;
      const before = backlog[k]!;
      behind -= before;
      // Who waits behind this class keeps all slots busy.
      let busyShare = allBusy;
      if (behind > negligibleLine && (full[k]! + late[k]! > 0 || latency || isContended)) {
        const lined = this.#linedShare(offered, inside);
        busyShare = lined + (1 - lined) * allBusy;
      }
      const room = rooms[k]!;
      const surely = before + arrived - startable - this.#limits.roomAtEnd(k, waiting);
      let byChance = isShared ? arrived * this.#fullShare : arrived * busyShare * full[k]!;
      if (!isShared && before > 0 && isBeyond && room >= 1 && room < Number.POSITIVE_INFINITY) {
        // The more of the line is there at once, the less it takes to fill it.
        byChance = arrived * busyShare * (full[k]! + (fullLong[k]! - full[k]!) * thereAtOnce(before, room, offered));
        // Who is turned away beyond what does not fit leaves slots idle at another time.
        startable = Math.max(0, startable - Math.max(0, byChance - Math.max(0, surely, arrived - flowLeft)));
      }
      let turnedAway = Math.min(arrived, Math.max(surely, byChance));
      if (turnedAway < negligibleOverflow) turnedAway = 0;
      if (this.patience) this.#left.full[k] = busyShare * full[k]!;
      const served = Math.min(startable, before + arrived - turnedAway);
      let after = before + arrived - turnedAway - served;
      if (after < negligibleLine) after = 0;
      after = this.answers.giveUp(k, after, Math.max(flowLeft, arrived));
      answered[k]! += served;
      if (isContended) this.answers.contendedSeconds += served * busyShare * lengthening;
      if (before + after === 0) {
        lateByWait[k]! += served * busyShare * late[k]!;
        if (latency) this.#recordBurst(k, served * busyShare, flowLeft, offered);
      } else if (Math.max(before, after) > harmlessSeconds[k]! * flowLeft || latency || isContended) {
        this.#waited(k, served, before, after, flowLeft, turnedAway > 0 ? arrived : 0);
      }
      backlog[k] = after;
      this.overflow.add(k, turnedAway);
      waiting += after;
      startable -= served;
      // Who finds the line full while all slots are busy takes no slot from who waits behind.
      flowLeft = Math.max(flowLeft - Math.min(served, arrived * (1 - full[k]!)), 0);
    }
    this.waiting = waiting - this.overflow.refuse(waiting - this.#limits.queueLimit, backlog);
    if (this.patience) this.#letWait(offered, startable, flowLeft, this.patience);
  }

  /** Where one room is for all, whoever comes when it is full is turned away, whatever the class. */
  #fillSharedRoom(offered: number): void {
    const { inside } = this;
    const { full, fullLong, allBusy } = this.#congestion;
    const { queueLimit } = this.#limits;
    const last = full.length - 1;
    const busyShare = inside > 0 ? Math.max(this.#busy.saturated, allBusy) : allBusy;
    const surely = (inside + offered - this.#busy.startable - queueLimit) / offered;
    let byChance = busyShare * full[last]!;
    if (inside > 0 && offered > this.capacity) {
      byChance += busyShare * (fullLong[last]! - full[last]!) * thereAtOnce(inside, queueLimit, offered);
      const unneeded = byChance - Math.max(0, surely, 1 - this.capacity / offered);
      this.#busy.startable = Math.max(0, this.#busy.startable - offered * Math.max(0, unneeded));
    }
    this.#fullShare = Math.min(1, Math.max(surely, byChance));
  }

  /**
   * Part of the second until nobody waits any more of those whom it finds waiting: who finds the line full does not make it longer, unless
   * the miss budget lets him wait behind the others.
   */
  #linedShare(offered: number, waiting: number): number {
    if (this.capacity === 0) return this.#busy.saturated;
    const { full } = this.#congestion;
    const joining = this.patience?.joining(this.#shares, full) ?? this.#joining(full);
    if (this.patience && joining * offered >= this.capacity) return this.#busy.saturated;
    const room = Math.max(this.#limits.rooms[full.length - 1]!, waiting);
    return Math.min(1, startsUntilEmpty(waiting, (joining * offered) / this.capacity, room) / this.capacity);
  }

  /** Of all arrivals the part that lengthens the line up to the limit of the last class. */
  #joining(full: Float64Array): number {
    const last = full.length - 1;
    let joining = this.#shares[last]!;
    for (let k = 0; k < last; k++) joining += this.#shares[k]! * (1 - full[k]!);
    return joining;
  }

  #letWait(offered: number, startable: number, flow: number, patience: FluidPatience): void {
    const left = this.#left;
    const last = this.backlog.length - 1;
    left.startable = startable;
    left.flow = flow;
    left.chanceSeconds = (this.#congestion.meanLength(last, offered) + 1) / Math.max(flow, 1e-9);
    patience.flow(offered, this.waiting, this.capacityInForce, this.overflow, left);
  }

  /** `joining`: requests of the second that found the line at its limit, or near it; 0: none. */
  #waited(k: number, served: number, before: number, after: number, flow: number, joining = 0): void {
    const { isAny, lengthening } = this.#contended;
    const seconds = this.serviceSeconds + lengthening;
    const isSpread = joining > 0 && (isAny || this.patience || this.#limits.queueLimit < Number.POSITIVE_INFINITY);
    const { variability } = this.#congestion;
    const depth = isSpread ? depthBelowLimit(joining / flow, Math.max(before, after), variability) : 0;
    this.answers.waited(k, served * this.#busy.saturated, before, after, flow, seconds, depth);
  }

  #recordBurst(k: number, served: number, flow: number, offered: number): void {
    const meanLength = Math.min(this.#congestion.meanLength(k, offered), this.#limits.rooms[k]!);
    this.answers.waitedByChance(served * (1 - this.#congestion.full[k]!), meanLength, flow);
  }
}
