import type { CountedRouter } from './counted-router.ts';
import { RouterRun } from './router-run.ts';
import { type CountedOutcome, RouterTally } from './router-tally.ts';

/** What is drawn, at least. */
const leastRequests = 10_000;
const leastSeconds = 30;

/**
 * The rule of the request level (vm-front.ts, line-room.ts) on seconds of `perSecond` requests each, at uniform instants: just what the
 * fluid knows of a second, so that no part of the randomness is counted twice. Services are those of the request level.
 */
export function countRouter(router: CountedRouter, perSecond: number): CountedOutcome {
  const seconds = Math.max(leastSeconds, Math.ceil(leastRequests / perSecond));
  const tally = new RouterTally(router);
  const run = new RouterRun(router, Math.round(perSecond * seconds), tally);
  let due = 0;
  for (let second = 0; second < seconds; second++) {
    due += perSecond;
    const count = Math.round(due);
    due -= count;
    run.pass(second, count);
  }
  return tally.outcome();
}
