import type { CountedRouter } from './counted-router.ts';
import { RouterRun } from './router-run.ts';
import { RouterTally } from './router-tally.ts';

/** Of the capacity: rates at which lines are as long as they get. */
const fullLoads = [0.8, 1, 1.25, 1.6, 2.5];
const fullSeconds = 8;

/** The longest line that comes about, whatever the rate; `routerAt` has the limits of one. */
export function longestLine(routerAt: (rate: number) => CountedRouter, capacity: number): number {
  let longest = 0;
  for (const load of fullLoads) {
    const router = routerAt(load * capacity);
    const run = new RouterRun(router, 1, new RouterTally(router));
    for (let request = 1; request <= load * capacity * fullSeconds; request++) {
      run.arrive(request / (load * capacity));
      longest = Math.max(longest, run.waiting);
    }
  }
  return longest;
}
