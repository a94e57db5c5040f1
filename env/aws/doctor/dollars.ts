import { vmUsdPerHour } from '../../vm-price.ts';
import { about } from './finding.ts';
import type { Check } from './patient.ts';

/** The dollar cap of the limits against what the fleet may cost. */
export const dollars: Check = async ({ profile, prices, limits }) => {
  const on = about('limits', 'usdPerHour');
  const costOf = (count: (pool: (typeof profile.pools)[number]) => number) =>
    profile.pools.reduce((sum, pool) => sum + count(pool) * (vmUsdPerHour(pool, prices) ?? 0), 0);
  const least = costOf(({ min }) => min);
  const most = costOf(({ max }) => max);
  const full = `the pools at their maximum cost $${most.toFixed(2)} per hour`;
  if (limits.usdPerHour === null) {
    return [on.warning(`There is no dollar cap; ${full}.`, 'State usdPerHour in a file for --limits.')];
  }
  if (limits.usdPerHour < least) {
    return [
      on.problem(
        `The cap is $${limits.usdPerHour} per hour, but the pools at their minimum cost $${least.toFixed(2)}.`,
        'Raise usdPerHour, or lower the minimum of a pool.',
      ),
    ];
  }
  return [on.ok(`The cap is $${limits.usdPerHour} per hour; ${full}.`)];
};
