import { contentionFactor } from '../physics/contention.ts';
import type { CountedRouter } from './counted-router.ts';
import { depthOf, type Lines } from './line-fill.ts';
import type { LineLengths } from './line-lengths.ts';
import { RouterRun } from './router-run.ts';
import { RouterTally } from './router-tally.ts';

/** What is drawn, at least. */
const leastRequests = 600;
const leastSeconds = 8;
/** Of the capacity: up to this rate a second has gone before one that begins without a line. */
const atEase = 0.9;

/** What a second makes of lines of known lengths. */
export interface LineStep {
  /** [class] Of its arrivals: that overflow; of its starts: answered after their deadline; and requests that wait at the end, in the mean. */
  readonly overflow: readonly number[];
  readonly overdue: readonly number[];
  readonly waiting: readonly number[];
  /** [place] With which chance the line is of which of the lengths at the end. */
  readonly ends: Float64Array;
  /** [place] That chance times the depth (`depthOf`) of those lines. */
  readonly endDepths: Float64Array;
  /** Per start: by which contention lengthens it, and how long it has waited. */
  readonly longerSeconds: number;
  readonly waitedSeconds: number;
}

/** Seconds of `perSecond` requests each, at uniform instants, that all begin with those lines, on the rule of the request level. */
export function countStep(
  router: CountedRouter,
  perSecond: number,
  lines: Lines,
  capacity: number,
  lengths: LineLengths,
): LineStep {
  const counted = new RouterTally(router);
  const ignored = new RouterTally(router);
  const run = new RouterRun(router, Math.round(1000 * perSecond + depthOf(lines)), ignored);
  const seconds = Math.max(leastSeconds, Math.ceil(leastRequests / perSecond));
  const ends = new Float64Array(lengths.lengths.length);
  const endDepths = new Float64Array(lengths.lengths.length);
  const waiting = router.shares.map(() => 0);
  let now = 0;
  let due = 0;
  for (let second = 0; second < seconds; second++) {
    run.tally = ignored;
    now = bringTo(run, lines, now, perSecond, capacity);
    run.tally = counted;
    due += perSecond;
    const count = Math.round(due);
    due -= count;
    run.pass(now, count);
    run.serveUntil(++now);
    const left = run.lengths();
    lengths.put(run.waiting, 1 / seconds, ends);
    lengths.put(run.waiting, depthOf(left) / seconds, endDepths);
    left.forEach((length, k) => {
      waiting[k]! += length / seconds;
    });
  }
  const { starts } = counted;
  return {
    overflow: counted.perArrival(counted.overflow),
    overdue: counted.overdue.map((one, k) => one / Math.max(1, counted.startedOf[k]!)),
    waiting,
    ends,
    endDepths,
    longerSeconds: counted.longerSeconds / starts,
    waitedSeconds: counted.waitedSeconds / starts,
  };
}

/** Returns the time from which on the lines are those. */
function bringTo(run: RouterRun, lines: Lines, now: number, perSecond: number, capacity: number): number {
  const line = lines.reduce((sum, one) => sum + one, 0);
  if (line === 0) {
    run.pass(now, Math.round(Math.min(perSecond, atEase * capacity)));
    run.serveUntil(now + 1);
    run.line(lines, now + 1, 1);
    return now + 1;
  }
  run.occupy(now, line);
  run.line(lines, now, servedPerSecond(run.router, line));
  return now;
}

/** Requests per second while so many wait. */
function servedPerSecond({ pools, readyVms }: CountedRouter, waiting: number): number {
  return pools.reduce(
    (sum, one) => sum + one.slots / (one.serviceSeconds * contentionFactor(one.contention, waiting, readyVms)),
    0,
  );
}
