import { allBusyShare, busyStates, tailExponent } from '../physics/blocking.ts';
import { decay } from '../physics/decay.ts';
import type { Serving } from './fluid-fleets.ts';
import { LossChain } from './loss-chain.ts';

/** Where the chance to be blocked or late is below e^-11, about one in 10^5, nobody is. */
const negligibleExponent = 11;
/**
 * Fitted to the request-level simulator. It would be 1 if every second began with an empty line; the line that it begins with
 * carries over some of the randomness.
 */
const bridging = 0.3;

/**
 * What happens in front of the slots within a second whose count of requests is known: the stationary shares of
 * env/physics/blocking.ts, less the part of the randomness that the count has taken away. Arrivals within such a second vary as a
 * Brownian bridge does, so that a line of n requests
 * is rarer by e^(-bn²/(vλ)).
 */
export class Congestion {
  /** Share of the second in which all slots are busy. */
  allBusy = 0;
  /** [class] Share of that in which the line is full. */
  readonly full: Float64Array;
  /** [class] */
  readonly #shares: Float64Array;
  /** [class] Arrivals up to this class over capacity, those turned away left out. */
  readonly #ratios: Float64Array;
  readonly #losses = new LossChain();
  readonly #squaredCv: number;
  #full = 0;
  #capacity = 0;
  #serviceSeconds = 0;
  /** Share of the variance of arrivals and services that lies in the number of arrivals of a second, if that is known. */
  #known = 1;
  #knownRequests = 0;
  #explained = 0;

  constructor(shares: Float64Array, serviceCv: number) {
    this.#shares = shares;
    this.full = new Float64Array(shares.length);
    this.#ratios = new Float64Array(shares.length);
    this.#squaredCv = serviceCv ** 2;
  }

  /** `known`: the part that the offered requests are of those whose count is known. */
  measure({ pools, servers, capacity }: Serving, known: number): void {
    const serviceSeconds = servers > 0 ? servers / capacity : 0;
    if (serviceSeconds !== this.#serviceSeconds || known !== this.#knownRequests) {
      this.#serviceSeconds = serviceSeconds;
      this.#knownRequests = known;
      this.#known = known / (1 + this.#squaredCv);
      this.#explained = explained(serviceSeconds, known);
    }
    this.#capacity = capacity;
    this.#losses.measure(pools, this.#explained);
  }

  /** Peakedness of what finds all slots busy, for servers of another service time. */
  overflowPeakedness(serviceSeconds: number): number {
    return this.#losses.overflowPeakedness(serviceSeconds);
  }

  /** Requests find `seen` a second at work or wanted; [class] each may join while fewer than `rooms` wait. */
  find(offered: number, seen: number, rooms: Float64Array): void {
    const shares = this.#shares;
    const perCapacity = this.#capacity > 0 ? 1 / this.#capacity : 0;
    const loss = this.#losses.loss(seen);
    let ratio = 0;
    let mostStates = 1;
    for (let k = 0; k < shares.length; k++) {
      const room = rooms[k]!;
      const stricter = ratio;
      const own = offered * shares[k]! * perCapacity;
      let full = 1;
      ratio += own;
      if (room >= 1) {
        const states = this.#fill(room, ratio, stricter, offered);
        full = this.#full;
        if (states > mostStates) mostStates = states;
      }
      this.full[k] = full;
      this.#ratios[k] = ratio;
      ratio -= own * full;
    }
    this.allBusy = allBusyShare(loss, mostStates);
  }

  /** Returns the weight of the states with all slots busy, and leaves the share of it in which the room is full. */
  #fill(room: number, ratio: number, stricter: number, offered: number): number {
    this.#full = 0;
    if (room === Number.POSITIVE_INFINITY) return busyStates(Math.min(ratio, 1), 0, 1);
    const v = this.#variability(room, ratio, offered);
    const exponent = tailExponent(ratio, room / v);
    const rarity = this.#bridgeExponent(room, v, offered);
    const beyond = stricter > 0 ? 1 / (1 - Math.min(stricter, 0.99)) : 1;
    const tail = decay(exponent);
    const states = busyStates(ratio, tail, beyond);
    if (exponent + rarity < negligibleExponent) this.#full = (tail * beyond * decay(rarity)) / states;
    return states;
  }

  /** While all slots are busy: share of the arrivals of a class that find more than so many waiting before them. */
  longerShare(k: number, length: number, offered: number): number {
    const ratio = Math.min(this.#ratios[k]!, 1);
    const v = this.#variability(length, ratio, offered);
    return decay(tailExponent(ratio, length / v) + this.#bridgeExponent(length, v, offered));
  }

  /** Mean number that an arrival of the class finds waiting, where all slots are busy. */
  meanLength(k: number, offered: number): number {
    const away = Math.max(1 - this.#ratios[k]!, 0);
    const v = (1 + this.#squaredCv) / 2;
    return v / (away + Math.sqrt((v * this.#known) / Math.max(offered, 1)));
  }

  /** Whether, at so many offered requests, surely no class finds a line of [class] `lengths`. */
  isCalm(offered: number, lengths: Float64Array): boolean {
    if (offered >= this.#capacity) return false;
    const busyExponent = -Math.log(Math.max(this.#losses.loss(offered), 1e-9));
    let ratio = 0;
    for (let k = 0; k < lengths.length; k++) {
      ratio += (offered * this.#shares[k]!) / this.#capacity;
      const length = lengths[k]!;
      const v = this.#variability(length, ratio, offered);
      const exponent = tailExponent(ratio, length / v) + this.#bridgeExponent(length, v, offered);
      if (busyExponent + exponent < negligibleExponent) return false;
    }
    return true;
  }

  /**
   * (1 + cv²)/2 for a long line. While a short line builds up, in much less than a service time, the ends of the services of many slots
   * come at random whatever their distribution, as if exponential.
   */
  #variability(length: number, ratio: number, offered: number): number {
    const drift = Math.max(0, 1 - ratio) * this.#capacity;
    const services = (length * length) / ((offered + 1 + length * drift) * this.#serviceSeconds);
    const memory = 1 / (1 + services);
    return (1 + this.#squaredCv + (1 - this.#squaredCv) * memory * memory) / 2;
  }

  #bridgeExponent(length: number, variability: number, offered: number): number {
    return (bridging * length * length * this.#known) / (variability * Math.max(offered, 1));
  }
}

/**
 * Share of the variance of the number at work that BusySlots follows from the counts of the seconds. `known`: the share of the
 * counted requests that come here.
 */
function explained(serviceSeconds: number, known: number): number {
  return serviceSeconds > 0 ? known * serviceSeconds * Math.tanh(0.5 / serviceSeconds) : 0;
}
