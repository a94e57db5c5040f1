import type { Highs, ModelData } from 'highs';

let loaded: Promise<Highs> | null = null;

/** Loaded late, as only services with several pools need it, and once, as that takes longer than a small programme. */
function solver(): Promise<Highs> {
  // Its declarations are written for CommonJS, so the module that is loaded has one `default` less than they say.
  loaded ??= import('highs').then(({ default: load }) => (load as unknown as typeof load.default)());
  return loaded;
}

/** A coefficient of a column in a row. */
export type Entry = readonly [row: number, value: number];

interface Column {
  readonly usd: number;
  readonly least?: number;
  readonly most?: number;
  readonly entries: readonly Entry[];
}

/** A linear programme that is written row by row and column by column: least cost, rows between two limits. */
export class LinearProgramme {
  readonly #cost: number[] = [];
  readonly #least: number[] = [];
  readonly #most: number[] = [];
  readonly #rowLeast: number[] = [];
  readonly #rowMost: number[] = [];
  readonly #starts: number[] = [0];
  readonly #rows: number[] = [];
  readonly #values: number[] = [];

  /** Its place. */
  row(least: number, most: number): number {
    this.#rowLeast.push(least);
    return this.#rowMost.push(most) - 1;
  }

  /** Its place. By default it is at least 0. */
  column({ usd, least = 0, most = Number.POSITIVE_INFINITY, entries }: Column): number {
    for (const [row, value] of entries) {
      if (value === 0) continue;
      this.#rows.push(row);
      this.#values.push(value);
    }
    this.#starts.push(this.#rows.length);
    this.#least.push(least);
    this.#most.push(most);
    return this.#cost.push(usd) - 1;
  }

  /** As the solver reads it. */
  get data(): ModelData {
    const numCols = this.#cost.length;
    const numRows = this.#rowLeast.length;
    return {
      numCols,
      numRows,
      colCost: this.#cost,
      colLower: this.#least,
      colUpper: this.#most,
      rowLower: this.#rowLeast,
      rowUpper: this.#rowMost,
      matrix: { format: 'csc', numRows, numCols, starts: this.#starts, indices: this.#rows, values: this.#values },
    };
  }

  /** Least cost, with what each unit of a row's limit is worth: [row]. Null: the solver found none. */
  async solve(): Promise<{ readonly usd: number; readonly rowPrices: ArrayLike<number> } | null> {
    const highs = await solver();
    return highs.withModel(this.data, (model) => {
      model.options.set({ output_flag: false });
      model.run();
      if (model.getModelStatus() !== highs.constants.modelStatus.optimal) return null;
      return { usd: model.getObjectiveValue(), rowPrices: model.getSolution().rowDual };
    });
  }
}
