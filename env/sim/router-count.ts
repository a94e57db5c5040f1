import { idleReserve } from '../physics/budgets.ts';
import { unitServiceTable } from '../physics/service-table.ts';
import { Random } from '../random.ts';
import { SlotHeap } from './slot-heap.ts';

/** What is drawn, at least. */
const leastRequests = 10_000;
const leastSeconds = 30;

/** A pool as the router finds it. */
export interface CountedPool {
  readonly slots: number;
  /** Mean service times of the variant in force and of the others; null: there is none, or its answers would be late. */
  readonly serviceSeconds: number;
  readonly smallerSeconds: number | null;
  readonly largerSeconds: number | null;
  /** What an answer by these adds to the credit. */
  readonly smallerGain: number;
  readonly largerGain: number;
  /** [class] Whether its deadline bears the larger variant. */
  readonly isQuick: readonly boolean[];
}

/** What is counted: the router `overflow` in front of pools in turn, with lines so short that they come and go within a second. */
export interface CountedRouter {
  readonly pools: readonly CountedPool[];
  readonly serviceCv: number;
  /** [class] */
  readonly shares: readonly number[];
  readonly slackSeconds: readonly number[];
  /** [class] Places in line: up to which one may wait; may wait on credit; and beyond which a start is under pressure. */
  readonly rooms: readonly number[];
  readonly stretched: readonly number[];
  readonly pressed: readonly number[];
  /** What an answer by the variant in force adds to the credit, here or on Lambda. */
  readonly gain: number;
  readonly credit: CountedCredit;
}

/** What smaller answers are paid from: credit for whatever is wanted, or only what the answers earn, from nothing on; or they are not. */
export type CountedCredit = 'ample' | 'earned' | 'none';

const firstCredit: Readonly<Record<CountedCredit, number>> = {
  ample: Number.POSITIVE_INFINITY,
  earned: 0,
  none: Number.NEGATIVE_INFINITY,
};

/** What came of it. */
export interface CountedOutcome {
  /** [class] Of its arrivals: that overflow; and that wait for longer than the deadline leaves. */
  readonly overflow: readonly number[];
  readonly late: readonly number[];
  /** Of all starts, by smaller variants. */
  readonly smaller: number;
  /** [pool] Of all starts: those there; and those there by the larger variant. */
  readonly started: readonly number[];
  readonly larger: readonly number[];
  /** Of all arrivals, that find no free slot. */
  readonly busy: number;
}

/**
 * The rule of the request level (vm-front.ts, line-room.ts) on seconds of `perSecond` requests each, at uniform instants: just what the
 * fluid knows of a second, so that no part of the randomness is counted twice. Services are those of the request level.
 */
export function countRouter(router: CountedRouter, perSecond: number): CountedOutcome {
  const seconds = Math.max(leastSeconds, Math.ceil(leastRequests / perSecond));
  const run = new RouterRun(router, Math.round(perSecond * seconds));
  let due = 0;
  for (let second = 0; second < seconds; second++) {
    due += perSecond;
    const count = Math.round(due);
    due -= count;
    run.pass(second, count);
  }
  return run.outcome();
}

class RouterRun {
  readonly #router: CountedRouter;
  readonly #heaps: readonly SlotHeap[];
  readonly #units: Float64Array;
  readonly #random: Random;
  /** [class] Instants at which those came who wait, first come first. */
  readonly #lines: number[][];
  #waiting = 0;
  #busy = 0;
  #smaller = 0;
  #credit: number;
  /** What the credit has to hold for each place of a line that it lets grow. */
  readonly #price: number;
  /** [class] */
  readonly #arrived: number[];
  readonly #overflow: number[];
  readonly #late: number[];
  /** [pool] */
  readonly #started: number[];
  readonly #larger: number[];

  constructor(router: CountedRouter, seed: number) {
    this.#router = router;
    this.#credit = firstCredit[router.credit];
    this.#price = Math.max(0, ...router.pools.map((one) => -one.smallerGain));
    this.#units = unitServiceTable(router.serviceCv);
    this.#random = Random.seeded(seed, 'router');
    this.#heaps = router.pools.map(({ slots }) => {
      const heap = new SlotHeap();
      for (let slot = 0; slot < slots; slot++) heap.push(0);
      return heap;
    });
    const zeros = (of: readonly unknown[]) => of.map(() => 0);
    this.#lines = router.shares.map(() => []);
    this.#arrived = zeros(router.shares);
    this.#overflow = zeros(router.shares);
    this.#late = zeros(router.shares);
    this.#started = zeros(router.pools);
    this.#larger = zeros(router.pools);
  }

  pass(second: number, count: number): void {
    const times = Float64Array.from({ length: count }, () => second + this.#random.uniform()).sort();
    for (const now of times) {
      while (this.#waiting > 0) {
        const pool = this.#nextFree();
        const start = this.#heaps[pool]!.first;
        if (start > now) break;
        this.#startFirst(pool, start);
      }
      this.#arrive(now);
    }
  }

  outcome(): CountedOutcome {
    const arrived = this.#arrived.reduce((sum, one) => sum + one, 0);
    const starts = Math.max(
      1,
      this.#started.reduce((sum, one) => sum + one, 0),
    );
    const perArrival = (counts: readonly number[]) => counts.map((one, k) => one / Math.max(1, this.#arrived[k]!));
    const perStart = (counts: readonly number[]) => counts.map((one) => one / starts);
    return {
      overflow: perArrival(this.#overflow),
      late: perArrival(this.#late),
      smaller: this.#smaller / starts,
      started: perStart(this.#started),
      larger: perStart(this.#larger),
      busy: this.#busy / Math.max(1, arrived),
    };
  }

  #arrive(now: number): void {
    const { rooms, stretched } = this.#router;
    const k = this.#drawClass();
    this.#arrived[k]!++;
    const pool = this.#waiting === 0 ? this.#heaps.findIndex((heap) => heap.first <= now) : -1;
    if (pool >= 0) {
      this.#start(pool, k, now, now);
      return;
    }
    this.#busy++;
    const place = this.#ahead(k) + 1;
    if (place <= rooms[k]! || (place <= stretched[k]! && this.#credit >= place * this.#price)) {
      this.#lines[k]!.push(now);
      this.#waiting++;
    } else {
      this.#overflow[k]!++;
      this.#credit += this.#router.gain;
    }
  }

  #startFirst(pool: number, start: number): void {
    const k = this.#lines.findIndex((line) => line.length > 0);
    const arrival = this.#lines[k]!.shift()!;
    this.#waiting--;
    if (start - arrival > this.#router.slackSeconds[k]!) this.#late[k]!++;
    this.#start(pool, k, arrival, start);
  }

  #start(pool: number, k: number, arrival: number, start: number): void {
    const { isQuick, largerGain, largerSeconds, serviceSeconds, slots, smallerGain, smallerSeconds } =
      this.#router.pools[pool]!;
    const heap = this.#heaps[pool]!;
    let seconds = serviceSeconds;
    let { gain } = this.#router;
    if (smallerSeconds !== null && this.#isUnderPressure(pool, start)) {
      if (this.#credit >= Math.max(0, -smallerGain)) {
        seconds = smallerSeconds;
        gain = smallerGain;
        this.#smaller++;
      }
    } else if (largerSeconds !== null && this.#waiting === 0 && arrival === start && isQuick[k]) {
      const reserve = idleReserve(slots);
      if (heap.countUpTo(start, reserve + 1) > reserve) {
        seconds = largerSeconds;
        gain = largerGain;
        this.#larger[pool]!++;
      }
    }
    this.#started[pool]!++;
    this.#credit += gain;
    heap.replaceFirst(start + seconds * this.#units[this.#random.bits() & (this.#units.length - 1)]!);
  }

  #isUnderPressure(taken: number, start: number): boolean {
    const { pressed } = this.#router;
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
    const { shares } = this.#router;
    let left = this.#random.uniform();
    for (let k = 0; k < shares.length - 1; k++) {
      left -= shares[k]!;
      if (left < 0) return k;
    }
    return shares.length - 1;
  }
}
