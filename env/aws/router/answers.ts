/*
 * What HAProxy answers to the commands that Spillway uses, as data. Whatever does not look as it should throws a SyntaxError, which
 * counts as garbled: an answer that is not understood is no answer.
 */

/** `show map`: the files of the maps, as HAProxy calls them. */
export function mapFilesOf(answer: string): string[] {
  if (!answer.startsWith('# id (file)')) throw unexpected('show map', answer);
  return [...answer.matchAll(/^-?\d+ \((\S+)\)/gm)].map((match) => match[1]!);
}

/** `show map FILE`. */
export function mapEntriesOf(answer: string): Map<string, string> {
  const entries = new Map<string, string>();
  for (const line of linesOf(answer)) {
    const match = /^0x[0-9a-f]+ (\S+) (.*)$/.exec(line);
    if (match === null) throw unexpected('show map', line);
    entries.set(match[1]!, match[2]!);
  }
  return entries;
}

export type TableEntry = { readonly key: string } & {
  readonly [counter in 'conn_cur' | 'http_req_cnt' | 'gpc0']: number | null;
};

/** `show table NAME`. Without patterns: a thousand routers are asked every minute, and have a hundred entries each. */
export function tableEntriesOf(answer: string): TableEntry[] {
  if (!answer.startsWith('# table: ')) throw unexpected('show table', answer);
  return linesOf(answer)
    .slice(1)
    .map((line) => {
      const from = line.indexOf(' key=') + ' key='.length;
      const end = line.indexOf(' ', from);
      const key = line.slice(from, end < 0 ? line.length : end);
      if (from < ' key='.length || key === '') throw unexpected('show table', line);
      return {
        key,
        conn_cur: counterIn(line, ' conn_cur='),
        http_req_cnt: counterIn(line, ' http_req_cnt='),
        gpc0: counterIn(line, ' gpc0='),
      };
    });
}

/** Null: it is not there, or no number. */
function counterIn(line: string, name: string): number | null {
  const at = line.indexOf(name);
  if (at < 0) return null;
  const from = at + name.length;
  let count = 0;
  let index = from;
  for (; isDigit(line.charCodeAt(index)); index++) count = 10 * count + line.charCodeAt(index) - zero;
  return index === from ? null : count;
}

const zero = '0'.charCodeAt(0);
const isDigit = (code: number) => code >= zero && code <= zero + 9;

/** A server as it stands. */
export interface ServerState {
  readonly backEnd: string;
  readonly name: string;
  readonly address: string;
  readonly port: number;
  /** It takes requests, unless it drains or is in maintenance. */
  readonly isUp: boolean;
  readonly isDraining: boolean;
  readonly isInMaintenance: boolean;
}

/** Bits of srv_admin_state (management guide, "show servers state"). */
const maintenanceBits = 0x01 | 0x02 | 0x04 | 0x20;
const drainBits = 0x08 | 0x10;
const stoppedState = 0;

/** `show servers state`. Columns are found by their names: versions add some. */
export function serverStatesOf(answer: string): ServerState[] {
  const [version, header, ...rows] = linesOf(answer);
  if (version !== '1' || !header?.startsWith('# ')) throw unexpected('show servers state', answer);
  const columns = header.slice(2).split(' ');
  return rows.map((row) => {
    const cells = row.split(' ');
    const cell = (name: string) => {
      const found = cells[columns.indexOf(name)];
      if (found === undefined) throw unexpected('show servers state', row);
      return found;
    };
    const admin = Number(cell('srv_admin_state'));
    return {
      backEnd: cell('be_name'),
      name: cell('srv_name'),
      address: cell('srv_addr'),
      port: Number(cell('srv_port')),
      isUp: Number(cell('srv_op_state')) > stoppedState,
      isDraining: (admin & drainBits) !== 0,
      isInMaintenance: (admin & maintenanceBits) !== 0,
    };
  });
}

/** `show info`: the process, which a restart or reload replaces by another. */
export function processOf(answer: string): number {
  const pid = /^Pid: (\d+)$/m.exec(answer)?.[1];
  if (pid === undefined) throw unexpected('show info', answer);
  return Number(pid);
}

/** `show info`: another process has taken over, and this one only ends what it has begun. */
export function processIsLeaving(answer: string): boolean {
  return /^Stopping: 1$/m.test(answer);
}

const linesOf = (answer: string) => answer.split('\n').filter((line) => line.trim() !== '');

function unexpected(command: string, answer: string): SyntaxError {
  return new SyntaxError(`${command} answered "${answer.slice(0, 80).split('\n')[0]}"`);
}
