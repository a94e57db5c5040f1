/** A moment as a person or a program wrote it. */
export interface Moment {
  /** Since 1970; of times that count from their own beginning, since that. */
  readonly ms: number;
  /** A date without its zone, which is taken for UTC. */
  readonly lacksZone: boolean;
}

/** Seconds below this count from their own beginning, not from 1970: as such they would be before 1973. */
export const leastEpochSeconds = 1e8;

const digits = /^\d+(\.\d+)?(e\+?\d+)?$/i;
const date = /^(\d{4})[-/](\d{2})[-/](\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)\s*(.*))?$/;
const zone = /^(?:Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)$/i;

/** From ISO 8601 (a blank for the T, and slashes, will do), or from digits: seconds, or milli-, micro- or nanoseconds since 1970. Null: it is neither. */
export function momentOf(text: string): Moment | null {
  const trimmed = text.trim();
  if (digits.test(trimmed)) return { ms: msOf(Number(trimmed)), lacksZone: false };
  const [, year, month, day, time = '00:00', place = ''] = date.exec(trimmed) ?? [];
  if (year === undefined || !isDay(Number(year), Number(month), Number(day))) return null;
  if (place !== '' && !zone.test(place)) return null;
  const ms = Date.parse(`${year}-${month}-${day}T${time.replace(',', '.')}${offset(place)}`);
  return Number.isFinite(ms) ? { ms, lacksZone: place === '' } : null;
}

/** Date.parse takes the 30th of February for the 2nd of March. */
function isDay(year: number, month: number, day: number): boolean {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day;
}

/** By size: no two of these units have moments of our century in common. */
function msOf(count: number): number {
  if (count < 1e11) return 1000 * count;
  if (count < 1e14) return count;
  return count < 1e17 ? count / 1000 : count / 1e6;
}

function offset(place: string): string {
  if (!/^[+-]/.test(place)) return 'Z';
  const [sign, hours, minutes = '00'] = [place[0], place.slice(1, 3), place.slice(3).replace(':', '') || undefined];
  return `${sign}${hours}:${minutes}`;
}
