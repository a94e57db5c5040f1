/**
 * When the request of a line of an access log came, in milliseconds since 1970; null: the line is neither of the two formats.
 *
 * - Application Load Balancer (user guide, access logs): fields between spaces, some in quotes. `request_creation_time`, the 22nd, is when the
 *   request came; the second is when its answer left.
 * - Common log format (Apache HTTP Server, mod_log_config) and what begins like it: the time in brackets.
 */
export function requestTimeMs(line: string): number | null {
  const common = /^\S+ \S+ \S+ \[(\d{2})\/(\w{3})\/(\d{4}):(\d{2}:\d{2}:\d{2}) ([+-]\d{2})(\d{2})\]/.exec(line);
  if (common !== null) return commonTimeMs(common);
  if (!/^(?:https?|h2|grpcs|wss?) /.test(line)) return null;
  const fields = line.match(/"[^"]*"|\S+/g) ?? [];
  return isoTimeMs(fields[21]) ?? isoTimeMs(fields[1]);
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
