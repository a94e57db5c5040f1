import { areEqual } from '../env/equal-vms.ts';
import type { Observation, PoolState, ServiceProfile } from '../env/types.ts';

/**
 * While the launches of a spot pool fail, VMs on demand that do the same work stand in for those it lacks, and stay until its own are ready. For one pool
 * that grows and shrinks; where it is on demand, or has no equal on demand, nothing stands in.
 */
export class StandIn {
  readonly #profile: ServiceProfile;
  readonly #pool: number;
  /** -1: none. */
  readonly #other: number;
  /** The VMs of its own that were asked for last, and how many stood in for them. */
  #wanted = 0;
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
    this.#wanted = counts[this.#pool]!;
    const missing = isShort(state) ? this.#wanted - state.ready - state.booting : 0;
    this.#standing = Math.max(0, missing, Math.min(this.#standing, this.#wanted - state.ready));
    const { max } = this.#profile.pools[this.#other]!;
    return counts.map((count, pool) => (pool === this.#other ? Math.min(max, count + this.#standing) : count));
  }

  /** [pool] The pools as if those that stand in were its own, and those that are still to be launched booted. */
  counted(pools: readonly PoolState[]): readonly PoolState[] {
    const [own, other] = [pools[this.#pool], pools[this.#other]];
    if (!own || !other || (this.#standing === 0 && !isShort(own))) return pools;
    const { min } = this.#profile.pools[this.#other]!;
    const ready = Math.min(this.#standing, Math.max(0, other.ready - min));
    const booting = Math.min(this.#standing - ready, other.booting);
    // What was asked for and is not ready comes, on whichever pool.
    const coming = Math.max(0, this.#wanted - own.ready - ready);
    return pools.map((state, pool) => {
      if (pool === this.#pool) return { ready: own.ready + ready, booting: coming };
      return pool === this.#other ? { ready: other.ready - ready, booting: other.booting - booting } : state;
    });
  }
}

function isShort({ hindrances = [] }: PoolState): boolean {
  return hindrances.some(({ forbids }) => forbids === 'launch');
}
