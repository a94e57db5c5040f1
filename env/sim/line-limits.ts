import type { DeadlineShares } from '../physics/deadline-shares.ts';
import { capacityLeft } from '../physics/service.ts';
import type { RequestClass } from '../types.ts';

/** How many requests each class may find waiting before it is turned away, and how long it may wait before it is late. */
export class LineLimits {
  /** [class] As `find` left them: requests that may wait before one of this class joins. */
  readonly rooms: Float64Array;
  /** [class] The same with those of stricter classes ahead counted in: the place in line up to which one of this class joins. */
  readonly lastPlaces: Float64Array;
  /** [class] The same as `rooms`, from which on the router's accuracy budget has smaller variants answer; infinity where it does not. */
  readonly pressed: Float64Array;
  /** [class] A wait that leaves time for a mean service. */
  readonly slackSeconds: Float64Array;
  /** [class] A wait that makes hardly anybody late. */
  readonly harmlessSeconds: Float64Array;
  /** Requests of all classes that may wait; infinity: any. */
  readonly queueLimit: number;
  /** Whether the room of the last class is what is left of the room for all. */
  isShared = false;
  readonly #deadlines: DeadlineShares;
  /** [class] */
  readonly #stricterShares: Float64Array;
  /** [class] Infinity where any wait is allowed. */
  readonly #maxWaitSeconds: Float64Array;
  #capacity = 0;

  constructor(classes: readonly RequestClass[], queueLimit: number | null, deadlines: DeadlineShares) {
    const perClass = () => new Float64Array(classes.length);
    this.#deadlines = deadlines;
    this.queueLimit = queueLimit ?? Number.POSITIVE_INFINITY;
    this.#stricterShares = Float64Array.from(classes, (_, k) =>
      classes.slice(0, k).reduce((sum, one) => sum + one.share, 0),
    );
    this.rooms = perClass();
    this.lastPlaces = perClass();
    this.pressed = perClass().fill(Number.POSITIVE_INFINITY);
    this.harmlessSeconds = perClass();
    this.slackSeconds = perClass();
    this.#maxWaitSeconds = perClass();
  }

  measure(serviceSeconds: number, capacity: number): void {
    this.#capacity = capacity;
    for (let k = 0; k < this.rooms.length; k++) {
      this.slackSeconds[k] = this.#deadlines.slackSeconds(k, serviceSeconds);
      this.harmlessSeconds[k] = this.#deadlines.harmlessSeconds(k, serviceSeconds);
    }
  }

  /** Takes [class] the waits allowed, null: any; returns whether they are new. */
  allow(maxWaitMs: readonly (number | null)[]): boolean {
    let areNew = false;
    for (let k = 0; k < maxWaitMs.length; k++) {
      const seconds = maxWaitMs[k] === null ? Number.POSITIVE_INFINITY : maxWaitMs[k]! / 1000;
      if (seconds === this.#maxWaitSeconds[k]) continue;
      this.#maxWaitSeconds[k] = seconds;
      areNew = true;
    }
    return areNew;
  }

  /** Given the rate of the last second, which is what the router knows, and [class] who waits; null: nobody. */
  find(lastRate: number, backlog: Float64Array | null): void {
    const { rooms } = this;
    let ahead = 0;
    for (let k = 0; k < rooms.length; k++) {
      const place = this.#lastPlace(k, lastRate);
      this.lastPlaces[k] = place;
      rooms[k] = Math.max(0, Math.floor(place - ahead));
      if (backlog) ahead += backlog[k]!;
    }
    if (this.queueLimit < Number.POSITIVE_INFINITY) this.#shareRoom(backlog, ahead);
  }

  /**
   * After `find`: where smaller variants would serve `smallestCapacity` and the credit pays for `affordable` answers by them, a line may
   * grow to what that capacity works off in the same wait, but no longer than the credit pays for everybody in it. From `pressed` on,
   * the next would spill or be late at the capacity in force.
   */
  stretch(lastRate: number, backlog: Float64Array, smallestCapacity: number, affordable: number): void {
    const { rooms, pressed, slackSeconds } = this;
    let ahead = 0;
    let isAlways = false;
    for (let k = 0; k < rooms.length; k++) {
      const maxWait = this.#maxWaitSeconds[k]!;
      const stricter = lastRate * this.#stricterShares[k]!;
      if (maxWait < Number.POSITIVE_INFINITY) {
        const limit = Math.min(maxWait * capacityLeft(smallestCapacity, stricter), affordable);
        rooms[k] = Math.max(rooms[k]!, Math.floor(limit - ahead));
        this.lastPlaces[k] = Math.max(this.lastPlaces[k]!, limit);
      }
      const line = Math.floor(Math.min(maxWait, slackSeconds[k]!) * capacityLeft(this.#capacity, stricter));
      pressed[k] = Math.max(0, line - ahead);
      if (line < 1) isAlways = true;
      ahead += backlog[k]!;
    }
    for (let k = pressed.length - 2; k >= 0; k--) pressed[k] = Math.min(pressed[k]!, pressed[k + 1]!);
    if (isAlways) pressed.fill(0);
  }

  /** [class] The waits allowed, in seconds; infinity: any. */
  get waits(): readonly number[] {
    return [...this.#maxWaitSeconds];
  }

  /** Over all classes; infinity: any. */
  get longestWaitSeconds(): number {
    return Math.max(...this.#maxWaitSeconds);
  }

  /** [class] Who may wait at so much capacity and so many requests per second, as a place in line; infinity: anybody. */
  places(capacity: number, rate: number): number[] {
    return Array.from(this.#maxWaitSeconds, (wait, k) =>
      Math.floor(wait * capacityLeft(capacity, rate * this.#stricterShares[k]!)),
    );
  }

  /** [class] Up to which place in line nobody would spill or be late. */
  pressedPlaces(capacity: number, rate: number): number[] {
    return Array.from(this.#maxWaitSeconds, (wait, k) =>
      Math.floor(Math.min(wait, this.slackSeconds[k]!) * capacityLeft(capacity, rate * this.#stricterShares[k]!)),
    );
  }

  /** Whether at up to so many requests per second a first one of every class may wait without being under pressure. */
  isOpenAt(rate: number): boolean {
    for (let k = 0; k < this.rooms.length; k++) {
      const wait = Math.min(this.#maxWaitSeconds[k]!, this.slackSeconds[k]!);
      if (wait * capacityLeft(this.#capacity, rate * this.#stricterShares[k]!) < 1) return false;
    }
    return true;
  }

  /** Whether nobody may wait, whatever the class. */
  get isClosed(): boolean {
    for (let k = 0; k < this.rooms.length; k++) if (this.rooms[k]! >= 1) return false;
    return true;
  }

  /** No smaller variants answer. */
  relax(): void {
    this.pressed.fill(Number.POSITIVE_INFINITY);
  }

  /** What is left of the room for all bounds that of each, unless it is full now: then the bookkeeping finds who is turned away. */
  #shareRoom(backlog: Float64Array | null, waiting: number): void {
    const last = this.rooms.length - 1;
    for (let k = 0; k <= last; k++) {
      const left = this.queueLimit - waiting + (backlog ? backlog[k]! : 0);
      this.isShared = k === last && left >= 1 && left <= this.rooms[k]!;
      if (left >= 1 && left < this.rooms[k]!) this.rooms[k] = left;
    }
  }

  /** Requests of one class that may wait, behind so many of stricter ones. */
  room(k: number, lastRate: number, ahead: number): number {
    return Math.max(0, Math.floor(this.#lastPlace(k, lastRate) - ahead));
  }

  /** Infinity: any. */
  #lastPlace(k: number, lastRate: number): number {
    const maxWait = this.#maxWaitSeconds[k]!;
    if (maxWait === Number.POSITIVE_INFINITY) return maxWait;
    return maxWait * capacityLeft(this.#capacity, lastRate * this.#stricterShares[k]!);
  }

  /** After `find` and `stretch`: the same when the second ends, with so many of stricter ones then ahead. */
  roomAtEnd(k: number, ahead: number): number {
    if (this.queueLimit < Number.POSITIVE_INFINITY) return this.rooms[k]!;
    return Math.max(0, Math.floor(this.lastPlaces[k]! - ahead));
  }

  /** Whether those of the class that find no room are lost, since they may not go to Lambda. */
  refuses(k: number): boolean {
    return this.#maxWaitSeconds[k] === Number.POSITIVE_INFINITY;
  }
}
