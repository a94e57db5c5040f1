import { Random } from '../random.ts';
import type { PriceBook, ServiceProfile } from '../types.ts';
import { Fleet } from './fleet.ts';
import { SpotMarket } from './spot-market.ts';

/** [pool] The fleets of a service at time 0, each with dice of its own, so that one pool's draws never shift another's. */
export function openFleets(
  profile: ServiceProfile,
  { minimumBilledSeconds }: PriceBook,
  seed: number,
  initialVms: readonly number[],
): Fleet[] {
  return profile.pools.map((pool, index) => {
    const market = pool.spot ? new SpotMarket(pool.spot, Random.seeded(seed, `spot ${pool.name}`)) : null;
    return new Fleet(pool, minimumBilledSeconds, Random.seeded(seed, `boot ${pool.name}`), initialVms[index]!, market);
  });
}
