import { busyStates, tailExponent } from '../physics/blocking.ts';
import { decay } from '../physics/decay.ts';

/**
 * Fitted to the request-level simulator. It would be 1 if every second began with an empty line; the line that it begins with
 * carries over some of the randomness.
 */
const bridging = 0.3;
/** The same for short lines, whose chance bends with the count; fitted too. Beyond the capacity it bends less. */
const shortBridging = 1.7;
const shortBridgingBeyond = 0.7;
/** The tail of a line in front of slots that are all busy, in a second whose count of requests is known (docs/simulator.md). */
export class LineTail {
  /** Requests per second that are served. */
  capacity = 0;
  serviceSeconds = 0;
  /** Share of the variance of arrivals and services that lies in the number of arrivals of a second, if that is known. */
  known = 1;
  readonly #squaredCv: number;

  constructor(squaredCv: number) {
    this.#squaredCv = squaredCv;
  }

  /** Share of the arrivals that find more than so many waiting before them. */
  longerShare(length: number, ratio: number, offered: number): number {
    const v = this.variability(length, ratio, offered);
    return decay(tailExponent(ratio, length / v) + this.bridgeExponent(length, v, offered));
  }

  /**
   * Of those who find the line full, as `full` of all arrivals do, the share that finds no place either where `places` more wait behind it: the
   * line with them is one of birth and death, so it goes on beyond its limit as before it, and all slots are busy for longer.
   */
  stillFull(places: number, full: number, offered: number): number {
    const ratio = offered / this.capacity;
    const v = this.variability(places, ratio, offered);
    const tail = decay(Math.max(tailExponent(ratio, places / v), -300));
    const known = tail * decay(this.bridgeExponent(places, v, offered));
    return Math.min(1, known / (1 + full * (busyStates(ratio, tail, 1) - 1)));
  }

  /**
   * (1 + cv²)/2 for a long line. While a short line builds up, in much less than a service time, the ends of the services of many slots
   * come at random whatever their distribution, as if exponential.
   */
  variability(length: number, ratio: number, offered: number): number {
    const drift = Math.max(0, 1 - ratio) * this.capacity;
    const arrivalsOfService = (offered + 1 + length * drift) * this.serviceSeconds;
    const memory = arrivalsOfService / (arrivalsOfService + length * length);
    return (1 + this.#squaredCv + (1 - this.#squaredCv) * memory * memory) / 2;
  }

  bridgeExponent(length: number, variability: number, offered: number): number {
    const short = offered < this.capacity ? shortBridging : shortBridgingBeyond;
    return (length * (bridging * length + short) * this.known) / (variability * Math.max(offered, 1));
  }
}

/** How much of a line is there at once in a second that brings more than can start; it may be longer than its room has become. */
export function thereAtOnce(line: number, room: number, offered: number): number {
  return Math.min(1, Math.max(0, 1 - (room - line) / Math.min(room, 2 * Math.sqrt(offered))));
}
