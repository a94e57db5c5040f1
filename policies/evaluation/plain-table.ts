import { stripVTControlCharacters } from 'node:util';
import Table from 'cli-table3';
import type colors from 'picocolors';

export type Colors = ReturnType<typeof colors.createColors>;

export interface Column<Row> {
  readonly title: string;
  /** Where the table is too wide, columns with the largest number go first; 0 stays. */
  readonly rank: number;
  readonly cell: (row: Row) => string;
  readonly isText?: boolean;
}

const gap = 2;
const bare = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};

/** Rows without rules around them, in as many of the columns as fit the width. */
export function plainTable<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  { paint, width }: { readonly paint: Colors; readonly width: number },
): string {
  const fitting = columnsThatFit(rows, columns, width);
  const table = new Table({
    head: fitting.map(({ title }) => paint.dim(title)),
    colAligns: fitting.map(({ isText = false }) => (isText ? 'left' : 'right')),
    chars: bare,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': gap },
  });
  for (const row of rows) table.push(fitting.map(({ cell }) => cell(row)));
  return table.toString();
}

function columnsThatFit<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  width: number,
): readonly Column<Row>[] {
  const needed = columns.reduce((sum, one) => sum + widthOf(rows, one), 0);
  const worst = Math.max(...columns.map(({ rank }) => rank));
  if (needed <= width || worst === 0) return columns;
  const last = columns.findLastIndex(({ rank }) => rank === worst);
  return columnsThatFit(rows, columns.toSpliced(last, 1), width);
}

function widthOf<Row>(rows: readonly Row[], { title, cell }: Column<Row>): number {
  return rows.reduce((most, row) => Math.max(most, stripVTControlCharacters(cell(row)).length), title.length) + gap;
}
