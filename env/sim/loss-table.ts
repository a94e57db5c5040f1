import { erlangLoss } from '../physics/erlang.ts';

const largestRatio = 1.5;
/** Cells to a standard deviation of the load. */
const cellsPerDeviation = 16;
const mostShares = 256;

/**
 * What Erlang's loss B becomes where a share of the variance of the load a is no chance, but known from the counts of the seconds: the
 * mean over loads of that variance must be B again, so it is B - known · a/2 · B'', to second order. B' = B (c/a - 1 + B) gives B''.
 * For whole numbers of slots it is kept in tables, which all worlds share: it is asked for in every simulated second.
 */
export class LossTable {
  /** [share known][slots] */
  static readonly #tables = new Map<number, LossTable[]>();

  /** Whole. */
  readonly slots: number;
  /** Share of the variance of the load. */
  readonly known: number;
  /** Cells to a unit of load. */
  readonly #scale: number;
  readonly #cells: Float64Array;

  private constructor(slots: number, known: number) {
    const cells = Math.ceil(cellsPerDeviation * Math.sqrt(slots) * largestRatio);
    this.slots = slots;
    this.known = known;
    this.#scale = cells / (largestRatio * slots);
    this.#cells = Float64Array.from({ length: cells + 2 }, (_, cell) => givenCounts(cell / this.#scale, slots, known));
  }

  static of(slots: number, known: number): LossTable {
    let tables = LossTable.#tables.get(known);
    if (!tables) {
      // Shares are few, but for a router whose weights take any value.
      if (LossTable.#tables.size === mostShares) LossTable.#tables.clear();
      tables = [];
      LossTable.#tables.set(known, tables);
    }
    tables[slots] ??= new LossTable(slots, known);
    return tables[slots];
  }

  at(load: number): number {
    const position = load * this.#scale;
    if (position >= this.#cells.length - 2) return givenCounts(load, this.slots, this.known);
    const cell = position | 0;
    const lower = this.#cells[cell]!;
    return lower + (position - cell) * (this.#cells[cell + 1]! - lower);
  }
}

function givenCounts(load: number, slots: number, known: number): number {
  const loss = erlangLoss(load, slots);
  if (load <= 0) return loss;
  const growth = slots / load - 1 + loss;
  const excess = ((known * load) / 2) * (growth * (growth + loss) - slots / (load * load));
  return excess > 0 ? loss / (1 + excess) : Math.min(1, loss * (1 - excess));
}
