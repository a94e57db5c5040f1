import type { Random } from '../random.ts';
import type { Workload } from '../types.ts';
import { expectedRequests } from './mean-rates.ts';

/** Requests per second beyond which a Poisson draw is cheaper than placing them one by one. */
const denseRate = 40;

/**
 * The requests of a workload second by second, in memory that does not grow with its length.
 * A counted bin is replayed exactly, each of its requests at a uniform time within it; any other is a Poisson process of its mean rate.
 * After the end of the workload nothing arrives.
 */
export class ArrivalStream {
  readonly #workload: Workload;
  readonly #random: Random;
  #second = 0;
  #bin = 0;
  /** [second % length] Requests already spread over the seconds of the bins begun; unused where seconds are bins. */
  readonly #pending: Int32Array;

  constructor(workload: Workload, random: Random) {
    this.#workload = workload;
    this.#random = random;
    this.#pending = new Int32Array(Math.ceil(workload.stepSeconds) + 2);
  }

  /** Fills [second] with the requests of the next `counts.length` seconds. */
  take(counts: Int32Array): void {
    const { stepSeconds, counted } = this.#workload;
    if (!counted) this.#draw(counts);
    else if (stepSeconds === 1) this.#replay(counts);
    else this.#spread(counts);
    this.#second += counts.length;
  }

  #draw(counts: Int32Array): void {
    const { stepSeconds, requests } = this.#workload;
    for (let index = 0; index < counts.length; index++) {
      const second = this.#second + index;
      const mean = stepSeconds === 1 ? (requests[second] ?? 0) : expectedRequests(this.#workload, second, second + 1);
      counts[index] = mean > 0 ? this.#random.poisson(mean) : 0;
    }
  }

  #replay(counts: Int32Array): void {
    const { requests } = this.#workload;
    for (let index = 0; index < counts.length; index++) counts[index] = requests[this.#second + index] ?? 0;
  }

  #spread(counts: Int32Array): void {
    const pending = this.#pending;
    for (let index = 0; index < counts.length; index++) {
      const second = this.#second + index;
      while (this.#bin < this.#workload.requests.length && this.#edge(this.#bin) < second + 1) this.#open(this.#bin++);
      const slot = second % pending.length;
      counts[index] = pending[slot]!;
      pending[slot] = 0;
    }
  }

  /** Puts each request of a bin into the second in which it falls. */
  #open(bin: number): void {
    const pending = this.#pending;
    const requests = this.#workload.requests[bin]!;
    const start = this.#edge(bin);
    const width = this.#edge(bin + 1) - start;
    const last = Math.ceil(start + width) - 1;
    if (Math.floor(start) === last) {
      pending[last % pending.length]! += requests;
      return;
    }
    const isWhole = Number.isInteger(start) && Number.isInteger(width);
    const left = isWhole && requests > denseRate * width ? this.#openDense(start, width, requests) : requests;
    for (let request = 0; request < left; request++) {
      const second = Math.min(last, Math.floor(start + width * this.#random.uniform()));
      pending[second % pending.length]! += 1;
    }
  }

  /**
   * Spreads most of a bin of whole seconds by one Poisson draw per second, and returns how many requests are left to place.
   * Poisson counts given their sum are multinomial, and so are they with the rest added one by one: this is exact, only faster.
   */
  #openDense(start: number, seconds: number, requests: number): number {
    const mean = (requests - 2 * Math.sqrt(requests)) / seconds;
    const draws = new Int32Array(seconds);
    let left: number;
    do {
      left = requests;
      for (let second = 0; second < seconds; second++) left -= draws[second] = this.#random.poisson(mean);
    } while (left < 0);
    for (let second = 0; second < seconds; second++)
      this.#pending[(start + second) % this.#pending.length]! += draws[second]!;
    return left;
  }

  /** Start of a bin; within a microsecond of a whole second it is one, so that no request slips over by rounding. */
  #edge(bin: number): number {
    const seconds = bin * this.#workload.stepSeconds;
    const whole = Math.round(seconds);
    return Math.abs(seconds - whole) < 1e-6 ? whole : seconds;
  }
}
