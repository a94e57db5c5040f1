/** A request as a line of an access log tells of it. */
export interface LoggedRequest {
  /** When it came, in milliseconds since 1970. */
  readonly atMs: number;
  /** ARN of the target group that it was meant for; `-`: none was chosen; null: the format does not tell. */
  readonly targetGroup: string | null;
}

/**
 * Null: the line is neither of the two formats.
 *
 * - Application Load Balancer (user guide, access logs): fields between spaces, some in quotes. `request_creation_time`, the 22nd, is when the
 *   request came; the second is when its answer left. The 17th is the target group.
 * - Common log format (Apache HTTP Server, mod_log_config) and what begins like it: the time in brackets.
 */
export function loggedRequest(line: string): LoggedRequest | null {
  const common = /^\S+ \S+ \S+ \[(\d{2})\/(\w{3})\/(\d{4}):(\d{2}:\d{2}:\d{2}) ([+-]\d{2})(\d{2})\]/.exec(line);
  if (common !== null) return request(commonTimeMs(common), null);
  if (!/^(?:https?|h2|grpcs|wss?) /.test(line)) return null;
  const fields = line.match(/"[^"]*"|\S+/g) ?? [];
  return request(isoTimeMs(fields[21]) ?? isoTimeMs(fields[1]), fields[16] ?? null);
}

function request(atMs: number | null, targetGroup: string | null): LoggedRequest | null {
  return atMs === null ? null : { atMs, targetGroup };
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
