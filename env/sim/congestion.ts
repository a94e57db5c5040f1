import { busyStates, tailExponent } from '../physics/blocking.ts';
import { decay } from '../physics/decay.ts';
import { explained } from './busy-slots.ts';
import type { Serving } from './fluid-fleets.ts';
import type { LineLimits } from './line-limits.ts';
import { LineTail } from './line-tail.ts';
import { LossChain } from './loss-chain.ts';
import type { ShortLines } from './short-lines.ts';

/** Where the chance to be blocked or late is below e^-11, about one in 10^5, nobody is. */
const negligibleExponent = 11;
const negligibleShare = Math.exp(-negligibleExponent);
/** Standard deviations of the arrivals within a service of the smaller variant by which a line grows before it is served faster; fitted. */
const slowing = 0.5;

/**
 * What happens in front of the slots within a second whose count of requests is known: the stationary shares of
 * env/physics/blocking.ts, less the part of the randomness that the count has taken away. Arrivals within such a second vary as a
 * Brownian bridge does, so that a line of n requests is rarer by e^(-n(bn + b')/(vλ)).
 *
 * It runs for every simulated second, so its parts talk through fields and arrays: V8 boxes a number that is passed or returned.
 */
export class Congestion {
  /** Share of the second in which all slots are busy. */
  allBusy = 0;
  /** [class] While they are: share of the arrivals that find the line full, and that wait longer than their deadline leaves. */
  readonly full: Float64Array;
  /** [class] The first of these in the long run: were the count not known. */
  readonly fullLong: Float64Array;
  readonly late: Float64Array;
  /** While all slots are busy: share of the arrivals of all classes that find a line from which on smaller variants answer. */
  pressed = 0;
  pressedLong = 0;
  /** [class] Arrivals up to this class over capacity, those turned away left out. */
  readonly ratios: Float64Array;
  readonly losses = new LossChain();
  /** By which long lines are stretched: 1 where services are exponential. */
  readonly variability: number;
  /** [class] */
  readonly #shares: Float64Array;
  /** [class] Up to this rate chance makes nobody of it late or turned away. */
  readonly #quietRates: Float64Array;
  /** What it finds for a second has to be found before. */
  readonly #limits: LineLimits;
  readonly #squaredCv: number;
  readonly tail: LineTail;
  /** From a pressed line on; 0: nothing changes there. */
  #pressedCapacity = 0;
  #pressedSeconds = 0;
  #counted = 0;
  #explained = 0;

  constructor(shares: Float64Array, limits: LineLimits, serviceCv: number) {
    const perClass = () => new Float64Array(shares.length);
    this.#shares = shares;
    this.#limits = limits;
    this.#squaredCv = serviceCv ** 2;
    this.variability = (1 + this.#squaredCv) / 2;
    this.tail = new LineTail(this.#squaredCv);
    this.full = perClass();
    this.fullLong = perClass();
    this.late = perClass();
    this.ratios = perClass();
    this.#quietRates = perClass();
  }

  /** `counted`: the part that the offered requests are of those whose count is known. */
  measure({ pools, servers, capacity }: Serving, counted: number): void {
    const serviceSeconds = servers > 0 ? servers / capacity : 0;
    if (serviceSeconds !== this.tail.serviceSeconds || counted !== this.#counted) {
      this.tail.serviceSeconds = serviceSeconds;
      this.#counted = counted;
      this.tail.known = counted / (1 + this.#squaredCv);
      this.#explained = explained(serviceSeconds, counted);
    }
    this.tail.capacity = capacity;
    this.losses.measure(pools, this.#explained);
  }

  /** Serves so many per second until measured again. */
  slowTo(capacity: number): void {
    this.tail.capacity = capacity;
  }

  /** Serves so many per second, and so many from a pressed line on, in services of so many seconds, until measured again. */
  relieve(capacity: number, pressedCapacity: number, pressedSeconds: number): void {
    this.#pressedSeconds = pressedSeconds;
    this.tail.capacity = capacity;
    this.#pressedCapacity = pressedCapacity;
  }

  /** Share of the arrivals that are not turned away by chance. */
  get answered(): number {
    let full = 0;
    for (let k = 0; k < this.full.length; k++) full += this.#shares[k]! * this.full[k]!;
    return 1 - this.allBusy * full;
  }

  /** A second of which it was counted what happens in it. */
  take({ overflow, late, busy }: ShortLines, offered: number): void {
    let ratio = 0;
    this.allBusy = busy;
    for (let k = 0; k < overflow.length; k++) {
      ratio += (offered * this.#shares[k]!) / this.tail.capacity;
      this.full[k] = this.fullLong[k] = busy > 0 ? Math.min(1, overflow[k]! / busy) : 0;
      this.late[k] = busy > 0 ? Math.min(1, late[k]! / busy) : 0;
      this.ratios[k] = ratio;
    }
  }

  /** A second with so many requests, which find as many at work as `losses` was told. */
  find(offered: number): void {
    const { full, fullLong, late, ratios } = this;
    const { rooms, slackSeconds } = this.#limits;
    const shares = this.#shares;
    const perCapacity = this.tail.capacity > 0 ? 1 / this.tail.capacity : 0;
    let ratio = 0;
    let mostStates = 1;
    if (this.#pressedCapacity > 0) this.pressed = this.pressedLong = 0;
    for (let k = 0; k < shares.length; k++) {
      const room = rooms[k]!;
      const own = offered * shares[k]! * perCapacity;
      const stricter = ratio;
      ratio += own;
      full[k] = room >= 1 ? 0 : 1;
      late[k] = 0;
      ratios[k] = ratio;
      if (offered <= this.#quietRates[k]! && ratio < 1) mostStates = Math.max(mostStates, 1 / (1 - ratio));
      else if (room >= 1 && this.#pressedCapacity > 0 && this.#findPressed(k, ratio, offered)) {
        mostStates = Math.max(mostStates, this.#states);
        const tolerated = slackSeconds[k]! * Math.max(this.#pressedCapacity - stricter * this.tail.capacity, 0);
        if (tolerated < room) late[k] = this.#pressedTail(k, tolerated, ratio, offered);
      } else if (room >= 1) {
        let tail = 0;
        if (room < Number.POSITIVE_INFINITY) {
          const v = this.tail.variability(room, ratio, offered);
          // In an overload of a large room the tail outgrows every number; from e^300 on it changes nothing any more.
          tail = decay(Math.max(tailExponent(ratio, room / v), -300));
          const areJoined = k > 0 && rooms[k - 1]! > room && !this.#limits.isShared;
          const beyond = areJoined ? 1 / (1 - Math.min(stricter, 0.99)) : 1;
          const states = busyStates(ratio, tail, beyond);
          fullLong[k] = (tail * beyond) / states;
          full[k] = fullLong[k]! * decay(this.tail.bridgeExponent(room, v, offered));
          if (states > mostStates) mostStates = states;
        } else mostStates = Math.max(mostStates, busyStates(Math.min(ratio, 1), 0, 1));
        const tolerated = slackSeconds[k]! * this.tail.capacity * Math.max(1 - stricter, 0);
        if (tolerated < room) late[k] = this.tail.longerShare(tolerated, Math.min(ratio, 1), offered);
      }
      ratio -= own * full[k]!;
    }
    if (this.#limits.isShared) this.#shareFullness();
    const { loss } = this.losses;
    this.allBusy = (loss * mostStates) / (1 + loss * (mostStates - 1));
  }

  /** Of `#findPressed`: the weight of all states with all slots busy. */
  #states = 1;

  /** The same with a line that is served faster beyond `pressed`; returns false where it never gets so long. */
  #findPressed(k: number, ratio: number, offered: number): boolean {
    const { rooms, pressed } = this.#limits;
    const short = pressed[k]!;
    const room = rooms[k]!;
    if (short >= room) return false;
    const v = this.tail.variability(short, ratio, offered);
    const isBounded = room < Number.POSITIVE_INFINITY;
    const beyondRatio = Math.min((ratio * this.tail.capacity) / this.#pressedCapacity, isBounded ? ratio : 1);
    const slow = Math.min(room, short + this.#slowness(offered));
    const shortTail = decay(Math.max(tailExponent(ratio, short / v), -300));
    const slowTail = decay(Math.max(tailExponent(ratio, slow / v), -300));
    const fastTail = isBounded ? decay(Math.max(tailExponent(beyondRatio, (room - slow) / v), -300)) : 0;
    const states = busyStates(ratio, slowTail, busyStates(beyondRatio, fastTail, 1));
    this.#states = states;
    this.fullLong[k] = (slowTail * fastTail) / states;
    this.full[k] = isBounded ? this.fullLong[k]! * decay(this.tail.bridgeExponent(room, v, offered)) : 0;
    this.pressedLong = Math.max(0, 1 - busyStates(ratio, shortTail, 0) / states);
    this.pressed = this.pressedLong * decay(this.tail.bridgeExponent(short, v, offered));
    return true;
  }

  /** By how many a line goes on to grow before smaller variants serve it faster: one of their services passes before. */
  #slowness(offered: number): number {
    return (
      Math.max(0, offered - this.tail.capacity) * this.#pressedSeconds +
      slowing * Math.sqrt(offered * this.#pressedSeconds)
    );
  }

  /** While all slots are busy: share of the arrivals of the class that find more than so many waiting before them. */
  #pressedTail(k: number, length: number, ratio: number, offered: number): number {
    const short = this.#limits.pressed[k]! + this.#slowness(offered);
    if (length <= short) return this.tail.longerShare(length, Math.min(ratio, 1), offered);
    const v = this.tail.variability(length, ratio, offered);
    const beyondRatio = Math.min((ratio * this.tail.capacity) / this.#pressedCapacity, 1);
    const exponent = tailExponent(Math.min(ratio, 1), short / v) + tailExponent(beyondRatio, (length - short) / v);
    return decay(exponent + this.tail.bridgeExponent(length, v, offered));
  }

  /** Who finds the room for all full is turned away, whatever the class. */
  #shareFullness(): void {
    const { full, fullLong } = this;
    const last = full.length - 1;
    for (let k = 0; k < last; k++) {
      full[k] = Math.max(full[k]!, full[last]!);
      fullLong[k] = Math.max(fullLong[k]!, fullLong[last]!);
    }
  }

  /** Mean number that an arrival of the class finds waiting, where all slots are busy. */
  meanLength(k: number, offered: number): number {
    const away = Math.max(1 - this.ratios[k]!, 0);
    const v = this.variability;
    return v / (away + Math.sqrt((v * this.tail.known) / Math.max(offered, 1)));
  }

  /** Whether at so many requests surely nobody finds a line full, or too long for the deadline. */
  isCalm(offered: number): boolean {
    let ratio = 0;
    for (let k = 0; k < this.#shares.length; k++) {
      const stricter = ratio;
      ratio += (offered * this.#shares[k]!) / this.tail.capacity;
      if (this.losses.loss * this.#reachedShare(k, stricter, ratio, offered) > negligibleShare) return false;
    }
    return true;
  }

  /** The same even if all slots are busy all the time: of every class, kept for `find`; returns whether it holds for all. */
  isQuiet(offered: number): boolean {
    let ratio = 0;
    let areAllQuiet = true;
    for (let k = 0; k < this.#shares.length; k++) {
      const stricter = ratio;
      ratio += (offered * this.#shares[k]!) / this.tail.capacity;
      if (this.#reachedShare(k, stricter, ratio, offered) > negligibleShare) areAllQuiet = false;
      else if (offered > this.#quietRates[k]!) this.#quietRates[k] = offered;
    }
    return areAllQuiet;
  }

  forgetQuiet(): void {
    for (let k = 0; k < this.#quietRates.length; k++) this.#quietRates[k] = -1;
  }

  /** While all slots are busy: share of the arrivals of a class that find their line full, or too long for their deadline. */
  #reachedShare(k: number, stricter: number, ratio: number, offered: number): number {
    const { rooms, slackSeconds } = this.#limits;
    const tolerated = slackSeconds[k]! * this.tail.capacity * Math.max(1 - stricter, 0);
    return this.tail.longerShare(Math.min(tolerated, rooms[k]!), Math.min(ratio, 1), offered);
  }
}
