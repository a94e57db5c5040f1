import { idleReserve } from '../physics/budgets.ts';
import { unitServiceTable } from '../physics/service-table.ts';
import { Random } from '../random.ts';
import { SlotHeap } from './slot-heap.ts';

/** A load u of the variant in force on each slot is kept at u/(1 + u) of the cells. */
const cells = 64;
/** With a line, loads are kept up to here: beyond it nothing is idle. */
const linedCells = 34;
/** Sizes of pools for which shares are kept: each of the small ones, and tenfold ones, of whose slots just a tenth stays idle. */
const everySize = 20;
const sizes = [20, 30, 40, 60, 80, 120, 160, 240];
/** Requests of which a cell is the mean: so many times the slots, since what happens goes on for about as many. */
const requestsPerSlot = 300;
const leastRequests = 12_000;
/** In services of the variant in force: who would wait longer goes away. */
const longestWait = 1;

/** What sets one pool's shares apart from another's. */
export interface RungRule {
  /** Mean service times over that of the variant in force; 1 where there is no other. */
  readonly larger: number;
  readonly smaller: number;
  readonly serviceCv: number;
  /** Of the requests, which still meet their deadline with the larger variant. */
  readonly quickShare: number;
  /** Whether who finds no free slot waits; if not, it goes away, and the last free slot is the smaller variant's. */
  readonly isLined: boolean;
}

/** [cell] Of the starts, by the larger and by the smaller variant; of the arrivals, that find all slots at work. */
interface Counted {
  readonly larger: Float64Array;
  readonly smaller: Float64Array;
  readonly busy: Float64Array;
}

/**
 * The shares of the starts that a pool gives to the larger and smaller variants of its accuracy budget, and how often all its slots are at
 * work. A start is larger while a tenth of the slots stays idle and nobody waits, so that what starts now is decided by who started before:
 * a relay with a delay, which swings where services are of nearly equal length. No closed form fits. It is counted on the rule itself,
 * once for all worlds, by load and size, with Poisson arrivals and the lognormal services of the request level.
 */
export class RungShares {
  static readonly #known = new Map<string, RungShares>();

  /** As `find` found them last. */
  larger = 0;
  smaller = 0;
  busy = 0;
  readonly #rule: RungRule;
  readonly #unitService: Float64Array;
  /** [size] */
  readonly #counted = new Map<number, Counted>();

  private constructor(rule: RungRule) {
    this.#rule = rule;
    this.#unitService = unitServiceTable(rule.serviceCv);
  }

  static of(rule: RungRule): RungShares {
    const key = `${rule.larger} ${rule.smaller} ${rule.serviceCv} ${rule.quickShare} ${rule.isLined}`;
    let known = RungShares.#known.get(key);
    if (!known) {
      known = new RungShares(rule);
      RungShares.#known.set(key, known);
    }
    return known;
  }

  /** For a load of the variant in force on so many slots. */
  find(load: number, slots: number): void {
    const largest = sizes.at(-1)!;
    if (slots <= everySize || slots >= largest) {
      this.#look(load, slots, Math.min(slots, largest));
      return;
    }
    const above = sizes.findIndex((one) => one >= slots);
    this.#look(load, slots, sizes[above - 1]!);
    const { larger, smaller, busy } = this;
    this.#look(load, slots, sizes[above]!);
    const inside = (slots - sizes[above - 1]!) / (sizes[above]! - sizes[above - 1]!);
    this.larger = larger + inside * (this.larger - larger);
    this.smaller = smaller + inside * (this.smaller - smaller);
    this.busy = busy + inside * (this.busy - busy);
  }

  /** In the table of a size, where as much of the slots that may be at work under the larger variant is loaded. */
  #look(load: number, slots: number, size: number): void {
    const part = slots === size ? 1 : (1 - idleReserve(size) / size) / (1 - idleReserve(slots) / slots);
    const perSlot = (load / slots) * part;
    const position = Math.min((perSlot / (1 + perSlot)) * cells, cells - 1e-9);
    const { larger, smaller, busy } = this.#of(size);
    const cell = position | 0;
    const inside = position - cell;
    this.larger = larger[cell]! + inside * (larger[cell + 1]! - larger[cell]!);
    this.smaller = smaller[cell]! + inside * (smaller[cell + 1]! - smaller[cell]!);
    this.busy = busy[cell]! + inside * (busy[cell + 1]! - busy[cell]!);
  }

  #of(slots: number): Counted {
    let counted = this.#counted.get(slots);
    if (!counted) {
      const perCell = () => new Float64Array(cells + 1);
      counted = { larger: perCell(), smaller: perCell(), busy: perCell().fill(1) };
      this.#countAll(slots, counted);
      this.#counted.set(slots, counted);
    }
    return counted;
  }

  #countAll(slots: number, counted: Counted): void {
    const { larger, quickShare, isLined } = this.#rule;
    if (larger > 1 && slots > idleReserve(slots)) counted.larger[0] = quickShare;
    if (!isLined) counted.smaller[cells] = 1;
    counted.busy[0] = 0;
    for (let cell = 1; cell < (isLined ? linedCells : cells); cell++) {
      counted.busy[cell] = 0;
      this.#count(slots, cell, counted);
    }
  }

  #count(slots: number, cell: number, counted: Counted): void {
    const rule = this.#rule;
    const units = this.#unitService;
    const random = Random.seeded(slots, 'rungs');
    const rate = (slots * cell) / (cells - cell);
    const reserve = idleReserve(slots);
    const heap = new SlotHeap();
    for (let slot = 0; slot < slots; slot++) heap.push(0);
    const requests = Math.max(leastRequests, requestsPerSlot * slots);
    let now = 0;
    let busy = 0;
    let larger = 0;
    let smaller = 0;
    for (let request = 0; request < requests; request++) {
      now -= Math.log(1 - random.uniform()) / rate;
      const start = Math.max(now, heap.first);
      if (start > now) {
        busy++;
        if (!rule.isLined || start > now + longestWait) continue;
      }
      let times = units[random.bits() & (units.length - 1)]!;
      const free = start > now ? 0 : heap.countUpTo(now, reserve + 1);
      if (free > reserve && rule.larger > 1 && (rule.quickShare === 1 || random.uniform() < rule.quickShare)) {
        larger++;
        times *= rule.larger;
      } else if (free === 1 && !rule.isLined) {
        smaller++;
        times *= rule.smaller;
      }
      heap.replaceFirst(start + times);
    }
    const started = rule.isLined ? requests : requests - busy;
    counted.larger[cell] = larger / started;
    counted.smaller[cell] = smaller / started;
    counted.busy[cell] = busy / requests;
  }
}
