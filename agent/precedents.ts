import type { DemandHistory } from './demand-history.ts';

/** So many moments at most: half of what the planner `mpc` has by default, for half of the time. */
const most = 15;
/** What came of a moment is told by this many intervals at least. */
const fewestKnown = 3;

/** A past moment, and what came of it. */
export interface Precedent {
  /** The interval that ends in it. */
  readonly interval: number;
  /** The demand of now over that of then. */
  readonly scale: number;
}

/**
 * The past moments whose demand had moved most like that of now: by its ratio to the mean of five intervals, and of that to the mean of twenty. What
 * came after them, in proportion, is what may come now: errors of past forecasts (Williams and Goodman, JASA 1971), here of the forecast that nothing
 * changes, from nearest neighbours (Bhattacharya and Gangopadhyay 1990). `policies/planning/demand-paths.ts` has the same for any forecast.
 *
 * @param memory intervals
 * @param history of one interval at least
 * @returns the most alike first, of equals the newest first; where there is none yet, what is now goes on
 */
export function precedents(history: DemandHistory, memory: number): Precedent[] {
  const newest = history.length - 1;
  const places: number[] = [];
  const distances: number[] = [];
  for (let at = newest - fewestKnown; at >= Math.max(0, newest - memory); at--) {
    const distance =
      (history.turns[at]! - history.turns[newest]!) ** 2 + (history.trends[at]! - history.trends[newest]!) ** 2;
    if (places.length === most && distance >= distances[most - 1]!) continue;
    let place = Math.min(places.length, most - 1);
    for (; place > 0 && distances[place - 1]! > distance; place--) {
      places[place] = places[place - 1]!;
      distances[place] = distances[place - 1]!;
    }
    places[place] = at;
    distances[place] = distance;
  }
  const unchanged = { interval: newest, scale: 1 };
  if (places.length === 0) return [unchanged];
  // After no demand at all nothing is in proportion.
  return places.map((interval) => {
    const then = history.means[interval]!;
    return then > 0 ? { interval, scale: history.means[newest]! / then } : unchanged;
  });
}
