import type { Observation } from '../env/types.ts';
import { vmCapacityPerSecond } from './economics.ts';
import { presentCounts, type Setting } from './setting.ts';
import { StandIn } from './stand-in.ts';

/** A boot that takes longer than this many medians is not waited for. */
const mostBoots = 2;

/**
 * Lets the other pools go once the chosen one can do their work. A rule that is started on one pool beside a fleet on another keeps that fleet
 * until the VMs of its own which are ready carry as much, for two boots at most; from then on the other pools stay at their minimum.
 */
export class HandOver {
  readonly #setting: Setting;
  /** [pool] */
  readonly #minimum: readonly number[];
  readonly #standIn: StandIn;
  /** [pool] What was found; null: not looked yet. */
  #kept: readonly number[] | null = null;
  #sinceSeconds = 0;

  constructor(setting: Setting) {
    this.#setting = setting;
    this.#minimum = setting.profile.pools.map((pool) => pool.min);
    this.#standIn = new StandIn(setting.profile, setting.choice.pool);
  }

  /** [pool] With so many VMs of the chosen pool. */
  vmCounts(observation: Observation, vms: number): readonly number[] {
    if (this.#kept === null) this.#sinceSeconds = observation.timeSeconds;
    this.#kept ??= presentCounts(this.#setting, observation);
    if (this.#isOver(observation, this.#kept)) this.#kept = this.#minimum;
    const counts = this.#kept.map((kept, index) => (index === this.#setting.choice.pool ? vms : kept));
    return this.#standIn.vmCounts(observation, counts);
  }

  /** [pool] The pools with the VMs that stand in for those of the chosen one counted to it. */
  counted(pools: Observation['pools']): Observation['pools'] {
    return this.#standIn.counted(pools);
  }

  #isOver({ timeSeconds, pools }: Observation, kept: readonly number[]): boolean {
    const { choice, bootSeconds, vmPerSecond } = this.#setting;
    if (timeSeconds - this.#sinceSeconds >= mostBoots * bootSeconds) return true;
    return (pools[choice.pool]?.ready ?? 0) * vmPerSecond >= this.#leavingPerSecond(kept);
  }

  /** Requests per second of the other pools' VMs that are to go. */
  #leavingPerSecond(kept: readonly number[]): number {
    const { profile, choice } = this.#setting;
    const perSecond = (pool: number) => vmCapacityPerSecond(profile, pool, choice.variant) ?? 0;
    return kept.reduce(
      (sum, vms, pool) => (pool === choice.pool ? sum : sum + (vms - this.#minimum[pool]!) * perSecond(pool)),
      0,
    );
  }
}
