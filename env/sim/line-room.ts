import { creditPrice, demandSeconds, patientRoom, pressureWaitMs, routerBudgets } from '../physics/budgets.ts';
import { queueLimit } from '../physics/service.ts';
import type { RouterBudgets, ServiceProfile } from '../types.ts';
import type { RunningAccount } from './running-account.ts';
import type { SlottedFleets } from './slotted-fleets.ts';
import type { WaitingLines } from './waiting-lines.ts';

const unlimited = Number.POSITIVE_INFINITY;

/** What the router `overflow` does with a request that finds no free slot; all limits are those of the running second. */
export class LineRoom {
  readonly #profile: ServiceProfile;
  readonly #budgets: RouterBudgets;
  readonly #fleets: SlottedFleets;
  readonly #lines: WaitingLines;
  readonly #account: RunningAccount;
  /** [class] Share of arrivals in stricter classes. */
  readonly #stricterShare: Float64Array;
  /** [class] Longest line in front of a request that still waits. */
  readonly #limits: Float64Array;
  /** [class] The same if smaller variants answered; unused without the accuracy budget. */
  readonly #stretched: Float64Array;
  /** [class] Line at which the next request would spill or be late; unused without the accuracy budget. */
  readonly #pressure: Float64Array;
  readonly #room: number;
  #maxWaitMs: readonly (number | null)[] = [];
  #serviceSeconds = 0;
  #price = 0;
  /** Recent arrivals per second; unused without the miss budget. */
  #demand = 0;
  #patientRoom = 0;

  constructor(profile: ServiceProfile, fleets: SlottedFleets, lines: WaitingLines, account: RunningAccount) {
    const { classes } = profile.slo;
    this.#profile = profile;
    this.#budgets = routerBudgets(profile);
    this.#fleets = fleets;
    this.#lines = lines;
    this.#account = account;
    this.#room = profile.queueLimit ?? unlimited;
    this.#limits = new Float64Array(classes.length);
    this.#stretched = new Float64Array(classes.length);
    this.#pressure = new Float64Array(classes.length);
    this.#stricterShare = Float64Array.from(classes, (_, k) =>
      classes.slice(0, k).reduce((sum, one) => sum + one.share, 0),
    );
  }

  /** [class] The waits of the action in force; null: never to Lambda. */
  allow(maxWaitMs: readonly (number | null)[]): void {
    this.#maxWaitMs = maxWaitMs;
    this.#serviceSeconds = this.#price = 0;
    for (const { ladder } of this.#fleets.slots) {
      if (!ladder) continue;
      this.#serviceSeconds = Math.max(this.#serviceSeconds, ladder.inForce.serviceSeconds);
      if (ladder.smaller) this.#price = Math.max(this.#price, creditPrice(ladder.smaller, this.#profile.accuracyFloor));
    }
  }

  /** Capacity and demand of the last second say how long a line may grow until its last request would wait too long. */
  update(lastSecondArrivals: number): void {
    const { classes } = this.#profile.slo;
    const { capacity } = this.#fleets;
    this.#patientRoom = patientRoom(capacity, this.#demand, this.#profile.clientTimeoutMs);
    for (let k = 0; k < this.#limits.length; k++) {
      const stricter = lastSecondArrivals * this.#stricterShare[k]!;
      const maxWaitMs = this.#maxWaitMs[k]!;
      this.#limits[k] = queueLimit(maxWaitMs, capacity, stricter) ?? unlimited;
      if (!this.#budgets.accuracy) continue;
      const pressureMs = pressureWaitMs(maxWaitMs, classes[k]!.deadlineMs, this.#serviceSeconds);
      this.#pressure[k] = queueLimit(pressureMs, capacity, stricter)!;
      this.#stretched[k] = queueLimit(maxWaitMs, this.#fleets.smallestCapacity, stricter) ?? unlimited;
    }
  }

  /** The arrivals of a second that has passed, and what they leave for those who wait behind all others. */
  notice(arrivals: number): void {
    this.#demand += (arrivals - this.#demand) / demandSeconds;
  }

  /** Nobody more may wait, whatever the class. */
  get isFull(): boolean {
    return this.#lines.waiting >= this.#room;
  }

  maySpill(classIndex: number): boolean {
    return this.#maxWaitMs[classIndex] !== null;
  }

  /** The line is short enough for one more of a class, whatever the budgets. */
  isShort(classIndex: number): boolean {
    if (this.isFull) return false;
    const limit = this.#limits[classIndex]!;
    return this.#lines.waiting + 1 <= limit || this.#lines.ahead(classIndex) + 1 <= limit; // ahead are at most all who wait
  }

  /** Within its allowed wait, or, on credit, within what it would be if smaller variants worked the line off. */
  mayWait(classIndex: number): boolean {
    const place = this.#lines.ahead(classIndex) + 1;
    if (place <= this.#limits[classIndex]!) return true;
    return (
      this.#budgets.accuracy && place <= this.#stretched[classIndex]! && this.#account.credit >= place * this.#price
    );
  }

  /** Behind all others, because its class can bear another late answer. */
  mayBeLate(classIndex: number): boolean {
    if (!this.#budgets.misses) return false;
    return (
      this.#lines.waiting + 1 <= this.#patientRoom &&
      this.#account.missesLeft(classIndex) >= this.#lines.patient(classIndex) + 1
    );
  }

  /** Whether the next arrival of some class, finding `idle` slots, would spill or be late. */
  isUnderPressure(idle: number): boolean {
    for (let k = 0; k < this.#pressure.length; k++) {
      if (this.#lines.ahead(k) + 1 > this.#pressure[k]! + idle) return true;
    }
    return false;
  }
}
