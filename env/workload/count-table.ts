import { CsvError, parse } from 'csv-parse/sync';
import { delimiterOf } from '../csv-records.ts';
import { didYouMean } from '../did-you-mean.ts';
import { InputProblem } from '../problem.ts';
import { shown } from '../shown.ts';
import { isDecimal } from './decimal.ts';
import { momentOf } from './moment.ts';
import type { CountSource, TimedCount } from './timed-count.ts';

const timeNames = [
  'time',
  'timestamp',
  'date',
  'datetime',
  'time_s',
  'ts',
  'epoch',
  'minute',
  'hour',
  'period',
  'start',
];
const countNames = ['requests', 'count', 'requestcount', 'sum', 'value', 'hits', 'total', 'n', 'rps', 'rate'];
/** What monitoring writes where it has nothing to say. */
const absent = /^(|-|null|none|undefined|n\/a)$/i;
/** What comes of a reckoning that failed. */
const noNumber = /^nan$/i;

/** Which columns of a table are meant. */
interface Columns {
  readonly time: number;
  readonly count: number;
}

/**
 * A table of counts as spreadsheets, CloudWatch's console and Grafana export it: a column of times and one of counts, between commas, semicolons
 * or tabs. `column` names the one with the counts; null: it is found by itself.
 */
export function countTable(text: string, file: string, column: string | null): CountSource {
  const counts: TimedCount[] = [];
  let columns: Columns | null = null;
  let lacksZone = false;
  eachRow(text, file, (cells, line) => {
    const isHeader = columns === null && !cells.some((cell) => momentOf(cell) !== null);
    columns ??= columnsOf(cells, isHeader, file, column);
    if (isHeader) return;
    const place = `${file}:${line}`;
    const moment = momentOf(cells[columns.time] ?? '');
    if (moment === null) throw notATime(place, cells[columns.time] ?? '');
    lacksZone ||= moment.lacksZone;
    counts.push({ atMs: moment.ms, value: countIn(cells[columns.count] ?? '', place), line });
  });
  if (columns === null) throw new InputProblem(`${file}: is empty: give a table of times and counts.`);
  return { file, series: [counts], kind: 'table', lacksZone };
}

function eachRow(text: string, file: string, onRow: (cells: readonly string[], line: number) => void): void {
  try {
    parse(text, {
      ...{ bom: true, trim: true, skip_empty_lines: true, relax_column_count: true, relax_quotes: true },
      delimiter: delimiterOf(text),
      record_delimiter: ['\r\n', '\n', '\r'],
      on_record: (cells: string[], { lines }) => {
        onRow(cells, lines);
        return null;
      },
    });
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw new InputProblem(`${file}: is no table (${cause.message}): give CSV with times and counts.`, { cause });
  }
}

function columnsOf(first: readonly string[], hasHeader: boolean, file: string, column: string | null): Columns {
  if (first.length < 2) {
    throw new InputProblem(
      `${file}:1: has one column, ${shown(first[0])}, but must have one of times and one of counts: export both.`,
    );
  }
  if (hasHeader) return namedColumns(first, file, column);
  if (column !== null || first.length > 2) {
    throw new InputProblem(
      `${file}:1: begins with values, so that nobody knows which of ${first.length} columns holds the counts: write a line of names above, and name that column with --column.`,
    );
  }
  const time = first.findIndex((cell) => momentOf(cell) !== null);
  return { time, count: 1 - time };
}

/** Where no name tells of times, they are in the first column that does not hold the counts. */
function namedColumns(header: readonly string[], file: string, column: string | null): Columns {
  const names = header.map((name) => name.toLowerCase().replace(/^@|^_/, ''));
  const time = indexOfAny(names, timeNames);
  const count = column === null ? indexOfAny(names, countNames) : header.indexOf(column);
  if (count >= 0 && count !== time) return { time: time >= 0 ? time : count === 0 ? 1 : 0, count };
  if (column !== null) {
    const others = header.filter((_, index) => index !== time);
    throw new InputProblem(
      `--column ${column}: ${file} has no such column of counts, but ${others.join(', ')}: name one of these${didYouMean(column, others)}`,
    );
  }
  if (header.length === 2) return time === 1 ? { time, count: 0 } : { time: 0, count: 1 };
  throw new InputProblem(
    `${file}:1: nobody knows which of the columns ${header.join(', ')} holds the counts: name it with --column.`,
  );
}

/** By the order of the names, not of the columns. */
function indexOfAny(names: readonly string[], wanted: readonly string[]): number {
  return names.indexOf(wanted.find((name) => names.includes(name)) ?? '');
}

function countIn(text: string, place: string): number | null {
  if (absent.test(text)) return null;
  if (noNumber.test(text)) return Number.NaN;
  if (!isDecimal(text)) {
    throw new InputProblem(
      `${place}: the count is ${shown(text)}, but must be a number of at least 0: write it in digits, without a unit and without marks between thousands.`,
    );
  }
  return Number(text);
}

function notATime(place: string, text: string): InputProblem {
  return new InputProblem(
    `${place}: the time is ${shown(text)}, but must be written as in 2026-11-22T10:05:00Z, or as seconds or milliseconds since 1970: export it so.`,
  );
}
