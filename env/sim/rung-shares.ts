import { idleReserve } from '../physics/budgets.ts';
import { RungCount, type RungRule } from './rung-count.ts';

/** A load u of the variant in force on each slot is kept at u/(1 + u) of the cells. */
const cells = 64;
/** With a line, loads are kept up to here: beyond it nothing is idle. */
const linedCells = 34;
/** Sizes of pools for which shares are kept: each of the small ones, and tenfold ones, of whose slots just a tenth stays idle. */
const everySize = 20;
const sizes = [20, 30, 40, 60, 80, 120, 160, 240];

type Counted = Pick<RungCount, 'started' | 'larger' | 'smaller' | 'busy'>;

/**
 * The shares of the starts that pools in turn give to the larger and smaller variants of their accuracy budgets, and how often all slots are
 * at work. A start is larger while a tenth of its pool's slots stays idle and nobody waits, so that what starts now is decided by who
 * started before: a relay with a delay, which swings where services are of nearly equal length. What one pool turns away comes to the
 * next in bursts, and the last free slot may be in either. No closed form fits. It is counted on the rule itself, once for all worlds, by
 * load and sizes, each cell when it is asked for first (rung-count.ts).
 */
export class RungShares {
  static readonly #known = new Map<string, RungShares>();

  /** As `find` found them last: [pool] of all starts, those there; and those there by the larger variant. */
  readonly started: Float64Array;
  readonly larger: Float64Array;
  /** Of all starts, by smaller variants; of all arrivals, that find all slots at work. */
  smaller = 0;
  busy = 0;
  readonly #rule: RungRule;
  /** [sizes as one number][cell] */
  readonly #counts = new Map<number, (RungCount | undefined)[]>();
  /** [pool] The sizes looked at. */
  readonly #sizes: number[];

  private constructor(rule: RungRule) {
    this.#rule = rule;
    this.#sizes = rule.pools.map(() => 0);
    this.started = new Float64Array(rule.pools.length);
    this.larger = new Float64Array(rule.pools.length);
  }

  static of(rule: RungRule): RungShares {
    const key = JSON.stringify(rule);
    let known = RungShares.#known.get(key);
    if (!known) {
      known = new RungShares(rule);
      RungShares.#known.set(key, known);
    }
    return known;
  }

  /** For a load of the variant in force, in services of the first pool, on so many slots of each. */
  find(load: number, slots: readonly number[]): void {
    this.#between(0, load, slots);
  }

  /** In the tables of the sizes next to those of this pool and of all behind it. */
  #between(pool: number, load: number, slots: readonly number[]): void {
    if (pool === slots.length) {
      this.#look(load, slots);
      return;
    }
    const size = slots[pool]!;
    const largest = sizes.at(-1)!;
    if (size <= everySize || size >= largest) {
      this.#sizes[pool] = Math.min(size, largest);
      this.#between(pool + 1, load, slots);
      return;
    }
    const above = sizes.findIndex((one) => one >= size);
    this.#sizes[pool] = sizes[above - 1]!;
    this.#between(pool + 1, load, slots);
    const below = {
      started: this.started.slice(),
      larger: this.larger.slice(),
      smaller: this.smaller,
      busy: this.busy,
    };
    this.#sizes[pool] = sizes[above]!;
    this.#between(pool + 1, load, slots);
    this.#mix(below, this, (size - sizes[above - 1]!) / (sizes[above]! - sizes[above - 1]!));
  }

  /** In the table of the sizes, where as much of the slots that may be at work under the larger variant is loaded. */
  #look(load: number, slots: readonly number[]): void {
    const isSame = slots.every((one, pool) => one === this.#sizes[pool]);
    const part = isSame ? 1 : this.#usable(this.#sizes) / this.#usable(slots);
    const perSlot = (load / this.#capacity(slots)) * part;
    const position = Math.min((perSlot / (1 + perSlot)) * cells, cells - 1e-9);
    const cell = position | 0;
    this.#mix(this.#at(cell), this.#at(cell + 1), position - cell);
  }

  #mix(lower: Counted, upper: Counted, inside: number): void {
    for (let pool = 0; pool < this.started.length; pool++) {
      const started = lower.started[pool]!;
      const larger = lower.larger[pool]!;
      this.started[pool] = started + inside * (upper.started[pool]! - started);
      this.larger[pool] = larger + inside * (upper.larger[pool]! - larger);
    }
    this.smaller = lower.smaller + inside * (upper.smaller - lower.smaller);
    this.busy = lower.busy + inside * (upper.busy - lower.busy);
  }

  #at(cell: number): RungCount {
    let key = 0;
    for (const size of this.#sizes) key = key * 256 + size;
    let counts = this.#counts.get(key);
    if (!counts) {
      counts = [];
      this.#counts.set(key, counts);
    }
    counts[cell] ??= this.#count(cell);
    return counts[cell];
  }

  #count(cell: number): RungCount {
    const count = new RungCount(this.#rule, [...this.#sizes]);
    if (cell === 0) return count.rest();
    if (cell >= (this.#rule.isLined ? linedCells : cells)) return count.fill();
    return count.run((this.#capacity(this.#sizes) * cell) / (cells - cell));
  }

  /** Arrivals in a service of the first pool that would keep all slots at work with the variant in force. */
  #capacity(slots: readonly number[]): number {
    return slots.reduce((sum, one, pool) => sum + one / this.#rule.pools[pool]!.inForce, 0);
  }

  /** Of that, what the slots that may be at work under the larger variant do. */
  #usable(slots: readonly number[]): number {
    return 1 - this.#capacity(slots.map((one) => (one > 0 ? idleReserve(one) : 0))) / this.#capacity(slots);
  }
}
