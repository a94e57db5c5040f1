import { leastEpochSeconds, momentOf } from './moment.ts';

/** A request as a line of an access log tells of it. */
export interface LoggedRequest {
  /** When it came, in milliseconds since 1970. */
  readonly atMs: number;
  /** ARN of the target group that it was meant for; `-`: none was chosen; null: the format does not tell. */
  readonly targetGroup: string | null;
  /** Its time stood there without a zone, and was taken for UTC. */
  readonly lacksZone: boolean;
}

/**
 * Null: the line is none of these formats.
 *
 * - Application Load Balancer (user guide, access logs): fields between spaces, some in quotes. `request_creation_time`, the 22nd, is when the
 *   request came; the second is when its answer left. The 17th is the target group.
 * - Common log format (Apache HTTP Server, mod_log_config) and what begins like it: the time in brackets.
 * - HAProxy (management guide, HTTP log format): the time in brackets, of its machine's clock and without a zone, which is taken for UTC.
 * - Envoy (access logging, default format): begins with the start of the request in brackets.
 * - A JSON object with a time, as the overflow router of docs/router.md writes it, Traefik, Amazon API Gateway and whoever else.
 */
export function loggedRequest(line: string): LoggedRequest | null {
  if (line.startsWith('{')) return jsonRequest(line);
  const common = /^\S+ \S+ \S+ \[(\d{2})\/(\w{3})\/(\d{4}):(\d{2}:\d{2}:\d{2}) ([+-]\d{2})(\d{2})\]/.exec(line);
  if (common !== null) return request(commonTimeMs(common), null);
  const proxy = / \[(\d{2})\/(\w{3})\/(\d{4}):(\d{2}:\d{2}:\d{2})\.\d{3}\] \S+ \S+\/\S+ [-+/\d]+ \d{3} /.exec(line);
  if (proxy !== null) return request(commonTimeMs([...proxy, '+00', '00']), null, true);
  if (line.startsWith('[')) return request(isoTimeMs(/^\[(\S+)\] "/.exec(line)?.[1]), null);
  if (!/^(?:https?|h2|grpcs|wss?) /.test(line)) return null;
  const fields = line.match(/"[^"]*"|\S+/g) ?? [];
  return request(isoTimeMs(fields[21]) ?? isoTimeMs(fields[1]), fields[16] ?? null);
}

/** Where a line of JSON tells when its request came, the surest first; `at` of our own router is when its answer left. */
const timeFields = [
  'at',
  'requestTimeEpoch',
  'StartUTC',
  'start_time',
  'time_iso8601',
  'time',
  '@timestamp',
  'timestamp',
  'ts',
  'msec',
];

function jsonRequest(line: string): LoggedRequest | null {
  const fields = objectIn(line);
  if (fields === null) return null;
  for (const name of timeFields) {
    const { ms, lacksZone } = (name in fields && momentOf(String(fields[name]))) || { ms: 0, lacksZone: false };
    const took = name === 'at' && typeof fields.totalMs === 'number' ? Math.max(0, fields.totalMs) : 0;
    // What counts from a beginning of its own is no time of a day.
    if (ms >= 1000 * leastEpochSeconds) return request(ms - took, null, lacksZone);
  }
  return null;
}

function objectIn(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function request(atMs: number | null, targetGroup: string | null, lacksZone = false): LoggedRequest | null {
  return atMs === null ? null : { atMs, targetGroup, lacksZone };
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function commonTimeMs([, day, month, year, time, hours, minutes]: readonly string[]): number | null {
  const number = months.indexOf(month!) + 1;
  if (number === 0) return null;
  return isoTimeMs(`${year}-${String(number).padStart(2, '0')}-${day}T${time}${hours}:${minutes}`);
}

function isoTimeMs(text: string | undefined): number | null {
  if (text === undefined || !/^\d{4}-\d{2}-\d{2}T/.test(text)) return null;
  const ms = Date.parse(text);
  return Number.isFinite(ms) ? ms : null;
}
