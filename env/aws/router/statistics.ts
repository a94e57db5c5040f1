import { readCsvRecords } from '../../csv-records.ts';

/** A line of `show stat`: a front end, a back end or a server (management guide, "Statistics and monitoring"). Null: HAProxy left it out. */
export interface StatisticsRow {
  readonly proxy: string;
  /** FRONTEND, BACKEND, or the server's name. */
  readonly server: string;
  /** As in UP, DOWN 1/2, DRAIN, MAINT, no check, OPEN. */
  readonly status: string;
  /** Requests in line now: of a back end all of them, of a server those that wait for it in particular. */
  readonly queued: number | null;
  /** Requests inside now: in service, and of a back end those in line too. */
  readonly sessions: number | null;
  /** Of a server: its slots. */
  readonly sessionLimit: number | null;
  /** Servers that take requests. */
  readonly active: number | null;
  /** Averages over the last 1024 requests, in milliseconds. */
  readonly queueMs: number | null;
  readonly connectMs: number | null;
  readonly responseMs: number | null;
}

const wanted = {
  queued: 'qcur',
  sessions: 'scur',
  sessionLimit: 'slim',
  active: 'act',
  queueMs: 'qtime',
  connectMs: 'ctime',
  responseMs: 'rtime',
} as const;

const texts = ['pxname', 'svname', 'status'] as const;

/** Throws a SyntaxError for what is no statistics. */
export function statisticsOf(csv: string): StatisticsRow[] {
  if (!csv.startsWith('# pxname,svname,')) throw new SyntaxError(`show stat answered "${csv.slice(0, 80)}"`);
  const headerEnd = csv.indexOf('\n');
  const { columns, places } = layoutOf(csv.slice(2, headerEnd < 0 ? csv.length : headerEnd));
  return recordsOf(csv.slice(2), columns)
    .slice(1)
    .map((cells) => rowOf(places, cells));
}

interface Layout {
  /** Those that are read, ascending. */
  readonly columns: readonly number[];
  /** By its name, which of these a column is. */
  readonly places: ReadonlyMap<string, number>;
}

function layoutOf(header: string): Layout {
  const all = header.split(',');
  const columns = [...texts, ...Object.values(wanted)].map((name) => all.indexOf(name)).filter((column) => column >= 0);
  columns.sort((a, b) => a - b);
  return { columns, places: new Map(columns.map((column, place) => [all[column]!, place])) };
}

/**
 * The cells of these columns, ascending. Where nothing is quoted, which is almost always, a comma is a comma: a hundred columns for each
 * server are many for a parser.
 */
function recordsOf(csv: string, columns: readonly number[]): (readonly string[])[] {
  if (!csv.includes('"'))
    return csv
      .trimEnd()
      .split('\n')
      .map((line) => cellsOf(line, columns));
  const records: (readonly string[])[] = [];
  try {
    readCsvRecords(csv, 'show stat', (record) => records.push(columns.map((column) => record[column] ?? '')));
  } catch (cause) {
    throw new SyntaxError('show stat answered what is no CSV', { cause });
  }
  return records;
}

function cellsOf(line: string, columns: readonly number[]): string[] {
  let column = 0;
  let from = 0;
  return columns.map((wantedColumn) => {
    for (; column < wantedColumn && from <= line.length; column++) {
      const comma = line.indexOf(',', from);
      from = comma < 0 ? line.length + 1 : comma + 1;
    }
    const end = line.indexOf(',', from);
    return line.slice(from, end < 0 ? line.length : end);
  });
}

function rowOf(places: ReadonlyMap<string, number>, cells: readonly string[]): StatisticsRow {
  const text = (name: string) => cells[places.get(name) ?? -1] ?? '';
  const number = (field: keyof typeof wanted) => numberOf(wanted[field], text(wanted[field]));
  return {
    proxy: text('pxname'),
    server: text('svname'),
    status: text('status'),
    queued: number('queued'),
    sessions: number('sessions'),
    sessionLimit: number('sessionLimit'),
    active: number('active'),
    queueMs: number('queueMs'),
    connectMs: number('connectMs'),
    responseMs: number('responseMs'),
  };
}

function numberOf(name: string, text: string): number | null {
  if (text === '') return null;
  if (!/^-?\d+$/.test(text))
    throw new SyntaxError(`show stat: ${name} is ${text.slice(0, 40)}, but must be a whole number`);
  return Number(text);
}

/** Whether the server is sent requests. */
export function takesRequests({ status }: StatisticsRow): boolean {
  return /^(UP|no check)/.test(status);
}
