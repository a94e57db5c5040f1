import { nearest } from '../policies/planning/nearest.ts';
import type { DemandHistory } from './demand-history.ts';

/** So many moments at most: half of what the planner `mpc` has by default, for half of the time. */
const most = 15;
/** A difference in size counts this much beside one in how the demand has moved. */
const sizeWeight = 0.1;
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
 * The past moments whose demand had moved most like that of now (its ratio to the interval before and to the mean of five intervals, and of that to the
 * mean of twenty) and was about as large. What
 * came after them, in proportion, is what may come now: errors of past forecasts (Williams and Goodman, JASA 1971), here of the forecast that nothing
 * changes, from nearest neighbours (Bhattacharya and Gangopadhyay 1990). `policies/planning/demand-paths.ts` has the same for any forecast.
 *
 * @param memory intervals
 * @param history of one interval at least
 * @returns the most alike first, of equals the newest first; where there is none yet, what is now goes on
 */
export function precedents(history: DemandHistory, memory: number): Precedent[] {
  const { logs, steps, turns, trends, length } = history;
  const newest = length - 1;
  const places = nearest(
    most,
    newest - fewestKnown,
    Math.max(0, newest - memory),
    (at) =>
      (steps[at]! - steps[newest]!) ** 2 +
      (turns[at]! - turns[newest]!) ** 2 +
      (trends[at]! - trends[newest]!) ** 2 +
      sizeWeight * (logs[at]! - logs[newest]!) ** 2,
  );
  const unchanged = { interval: newest, scale: 1 };
  if (places.length === 0) return [unchanged];
  // After no demand at all nothing is in proportion.
  return places.map((interval) => {
    const then = history.means[interval]!;
    return then > 0 ? { interval, scale: history.means[newest]! / then } : unchanged;
  });
}
