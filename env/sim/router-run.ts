import { idleReserve } from '../physics/budgets.ts';
import { contentionFactor } from '../physics/contention.ts';
import { unitServiceTable } from '../physics/service-table.ts';
import { Random } from '../random.ts';
import { type CountedRouter, firstCredit } from './counted-router.ts';
import type { RouterTally } from './router-tally.ts';
import { SlotHeap } from './slot-heap.ts';

/** The rule of the request level (vm-front.ts, line-room.ts) on drawn requests. */
export class RouterRun {
  readonly router: CountedRouter;
  readonly #heaps: readonly SlotHeap[];
  readonly #units: Float64Array;
  readonly #random: Random;
  /** [class] Instants at which those came who wait, first come first. */
  readonly #lines: number[][];
  #waiting = 0;
  #credit: number;
  /** What the credit has to hold for each place of a line that it lets grow. */
  readonly #price: number;
  /** Where what happens is noted. */
  tally: RouterTally;

  constructor(router: CountedRouter, seed: number, tally: RouterTally) {
    this.tally = tally;
    this.router = router;
    this.#credit = firstCredit[router.credit];
    this.#price = Math.max(0, ...router.pools.map((one) => -one.smallerGain));
    this.#units = unitServiceTable(router.serviceCv);
    this.#random = Random.seeded(seed, 'router');
    this.#heaps = router.pools.map(({ slots }) => {
      const heap = new SlotHeap();
      for (let slot = 0; slot < slots; slot++) heap.push(0);
      return heap;
    });
    this.#lines = router.shares.map(() => []);
  }

  /** Requests that wait. */
  get waiting(): number {
    return this.#waiting;
  }

  /** [class] */
  lengths(): number[] {
    return this.#lines.map((line) => line.length);
  }

  /** So many requests arrive within a second, at uniform instants. */
  pass(second: number, count: number): void {
    const times = Float64Array.from({ length: count }, () => second + this.#random.uniform()).sort();
    for (const now of times) this.arrive(now);
  }

  /** A request arrives, after those have started for whom slots became free before. */
  arrive(now: number): void {
    this.serveUntil(now);
    this.#admit(now);
  }

  /** Who waits starts where slots become free up to `end`. */
  serveUntil(end: number): void {
    while (this.#waiting > 0) {
      const pool = this.#nextFree();
      const start = this.#heaps[pool]!.first;
      if (start > end) break;
      this.#startFirst(pool, start);
    }
  }

  /** Every slot that is free is at work from now on, as met at any time in a service that has begun when so many waited. */
  occupy(now: number, waiting: number): void {
    const { pools, readyVms } = this.router;
    this.#heaps.forEach((heap, pool) => {
      const { contention, serviceSeconds } = pools[pool]!;
      const seconds = serviceSeconds * contentionFactor(contention, waiting, readyVms);
      while (heap.first <= now) heap.replaceFirst(now + seconds * (1 - this.#random.uniform()));
    });
  }

  /** [class] So many wait, and nobody else, who have come at this rate until now. */
  line(lengths: readonly number[], now: number, perSecond: number): void {
    this.#waiting = 0;
    lengths.forEach((length, k) => {
      this.#waiting += length;
      this.#lines[k] = Array.from({ length }, (_, place) => now - (length - place) / perSecond);
    });
  }

  #admit(now: number): void {
    const { rooms, stretched } = this.router;
    const k = this.#drawClass();
    this.tally.arrived[k]!++;
    const pool = this.#waiting === 0 ? this.#heaps.findIndex((heap) => heap.first <= now) : -1;
    if (pool >= 0) {
      this.#start(pool, k, now, now);
      return;
    }
    this.tally.busy++;
    const place = this.#ahead(k) + 1;
    if (place <= rooms[k]! || (place <= stretched[k]! && this.#credit >= place * this.#price)) {
      this.#join(k, now);
    } else {
      this.tally.overflow[k]!++;
      this.#credit += this.router.gain;
    }
  }

  #join(k: number, now: number): void {
    this.#lines[k]!.push(now);
    this.#waiting++;
  }

  #startFirst(pool: number, start: number): void {
    const k = this.#lines.findIndex((line) => line.length > 0);
    const arrival = this.#lines[k]!.shift()!;
    this.#waiting--;
    if (start - arrival > this.router.slackSeconds[k]!) this.tally.late[k]!++;
    this.tally.waitedSeconds += start - arrival;
    this.#start(pool, k, arrival, start);
  }

  #start(pool: number, k: number, arrival: number, start: number): void {
    const { isQuick, largerGain, largerSeconds, serviceSeconds, slots, smallerGain, smallerSeconds } =
      this.router.pools[pool]!;
    const heap = this.#heaps[pool]!;
    let seconds = serviceSeconds;
    let { gain } = this.router;
    if (smallerSeconds !== null && this.#isUnderPressure(pool, start)) {
      if (this.#credit >= Math.max(0, -smallerGain)) {
        seconds = smallerSeconds;
        gain = smallerGain;
        this.tally.smaller++;
      }
    } else if (largerSeconds !== null && this.#waiting === 0 && arrival === start && isQuick[k]) {
      const reserve = idleReserve(slots);
      if (heap.countUpTo(start, reserve + 1) > reserve) {
        seconds = largerSeconds;
        gain = largerGain;
        this.tally.larger[pool]!++;
      }
    }
    this.#credit += gain;
    const unit = this.#units[this.#random.bits() & (this.#units.length - 1)]!;
    const end = start + seconds * unit * this.#slowness(pool);
    heap.replaceFirst(end);
    const { tally } = this;
    tally.started[pool]!++;
    tally.startedOf[k]!++;
    tally.longerSeconds += end - start - seconds * unit;
    if (end - arrival > this.router.deadlineSeconds[k]!) tally.overdue[k]!++;
  }

  #slowness(pool: number): number {
    const { pools, readyVms } = this.router;
    return this.#waiting > 0 ? contentionFactor(pools[pool]!.contention, this.#waiting, readyVms) : 1;
  }

  #isUnderPressure(taken: number, start: number): boolean {
    const { pressed } = this.router;
    const idle = this.#waiting === 0 && this.#hasOtherFree(taken, start) ? 1 : 0;
    let ahead = 0;
    for (let k = 0; k < pressed.length; k++) {
      ahead += this.#lines[k]!.length;
      if (ahead + 1 > pressed[k]! + idle) return true;
    }
    return false;
  }

  #hasOtherFree(taken: number, start: number): boolean {
    return this.#heaps.some((heap, pool) => (pool === taken ? heap.countUpTo(start, 2) > 1 : heap.first <= start));
  }

  /** The pool whose slot is free first. */
  #nextFree(): number {
    let next = 0;
    for (let pool = 1; pool < this.#heaps.length; pool++) {
      if (this.#heaps[pool]!.first < this.#heaps[next]!.first) next = pool;
    }
    return next;
  }

  #ahead(k: number): number {
    let ahead = 0;
    for (let one = 0; one <= k; one++) ahead += this.#lines[one]!.length;
    return ahead;
  }

  #drawClass(): number {
    const { shares } = this.router;
    let left = this.#random.uniform();
    for (let k = 0; k < shares.length - 1; k++) {
      left -= shares[k]!;
      if (left < 0) return k;
    }
    return shares.length - 1;
  }
}
