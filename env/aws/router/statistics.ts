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

const fields = {
  proxy: 'pxname',
  server: 'svname',
  status: 'status',
  queued: 'qcur',
  sessions: 'scur',
  sessionLimit: 'slim',
  active: 'act',
  queueMs: 'qtime',
  connectMs: 'ctime',
  responseMs: 'rtime',
} as const;

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
  readonly header: string;
  /** Those that are read, ascending. */
  readonly columns: readonly number[];
  /** Of each field, which of these its column is; -1: HAProxy has none. */
  readonly places: Readonly<Record<keyof typeof fields, number>>;
}

/** Routers of one version have one header, and a thousand of them are asked every minute. */
let newest: Layout | null = null;

function layoutOf(header: string): Layout {
  if (newest?.header === header) return newest;
  const all = header.split(',');
  const named = Object.entries(fields).map(([field, name]) => [field, all.indexOf(name)] as const);
  const columns = named.map(([, column]) => column).filter((column) => column >= 0);
  columns.sort((a, b) => a - b);
  const places = Object.fromEntries(named.map(([field, column]) => [field, columns.indexOf(column)]));
  newest = { header, columns, places: places as Layout['places'] };
  return newest;
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

function rowOf(places: Layout['places'], cells: readonly string[]): StatisticsRow {
  return {
    proxy: cells[places.proxy] ?? '',
    server: cells[places.server] ?? '',
    status: cells[places.status] ?? '',
    queued: numberIn('queued', places, cells),
    sessions: numberIn('sessions', places, cells),
    sessionLimit: numberIn('sessionLimit', places, cells),
    active: numberIn('active', places, cells),
    queueMs: numberIn('queueMs', places, cells),
    connectMs: numberIn('connectMs', places, cells),
    responseMs: numberIn('responseMs', places, cells),
  };
}

function numberIn(field: keyof typeof fields, places: Layout['places'], cells: readonly string[]): number | null {
  const text = cells[places[field]] ?? '';
  if (text === '') return null;
  if (text === '0') return 0;
  if (!/^-?\d+$/.test(text))
    throw new SyntaxError(`show stat: ${fields[field]} is ${text.slice(0, 40)}, but must be a whole number`);
  return Number(text);
}

/** Whether the server is sent requests. */
export function takesRequests({ status }: StatisticsRow): boolean {
  return /^(UP|no check)/.test(status);
}

/** Whether its checks fail: a server that drains or is in maintenance is not sent any for another reason. */
export function isFoundDown({ status }: StatisticsRow): boolean {
  return /^DOWN/.test(status);
}
