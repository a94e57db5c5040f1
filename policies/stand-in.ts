import { areEqual } from '../env/equal-vms.ts';
import type { Observation, ServiceProfile } from '../env/types.ts';

/**
 * While the launches of a spot pool fail, VMs on demand that do the same work stand in for those it lacks, and stay until its own are ready. For one pool
 * that grows and shrinks; where it is on demand, or has no equal on demand, nothing stands in.
 */
export class StandIn {
  readonly #profile: ServiceProfile;
  readonly #pool: number;
  /** -1: none. */
  readonly #other: number;
  #standing = 0;

  constructor(profile: ServiceProfile, pool: number) {
    const its = profile.pools[pool]!;
    this.#profile = profile;
    this.#pool = pool;
    this.#other = its.spot ? profile.pools.findIndex((one) => !one.spot && areEqual(one, its)) : -1;
  }

  /** [pool] The counts, with those that stand in. */
  vmCounts({ pools }: Pick<Observation, 'pools'>, counts: readonly number[]): readonly number[] {
    const state = pools[this.#pool];
    if (this.#other < 0 || !state) return counts;
    const wanted = counts[this.#pool]!;
    const isShort = (state.hindrances ?? []).some(({ forbids }) => forbids === 'launch');
    const missing = isShort ? wanted - state.ready - state.booting : 0;
    this.#standing = Math.max(0, missing, Math.min(this.#standing, wanted - state.ready));
    const { max } = this.#profile.pools[this.#other]!;
    return counts.map((count, pool) => (pool === this.#other ? Math.min(max, count + this.#standing) : count));
  }
}
