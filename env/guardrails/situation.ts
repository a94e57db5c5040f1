import type { Action, Observation, PoolState, ServiceProfile } from '../types.ts';
import type { History } from './history.ts';
import type { Limits } from './limits.ts';
import type { KillSwitch } from './switch-state.ts';

/** What a guardrail may look at. */
export interface Situation {
  readonly profile: ServiceProfile;
  readonly limits: Limits;
  /** [pool] List price of a VM. */
  readonly usdPerHour: readonly number[];
  readonly lambdaProvisionedUsdPerGbSecond: number;
  /** What the decision was made on. */
  readonly observation: Observation;
  /** Wall time, for blackouts. */
  readonly at: Date;
  readonly history: History;
  readonly killSwitch: KillSwitch;
}

/** An action, and why it is another one than was wanted; null: it is the same. */
export interface Bounded {
  readonly action: Action;
  readonly said: string | null;
}

/** Pure: the same action and situation give the same answer. */
export type Guardrail = (wanted: Action, situation: Situation) => Bounded;

/** VMs of the pool that take requests, or will. */
export function existing({ observation, profile }: Situation, pool: number): number {
  const state = observation.pools[pool];
  return state === undefined ? profile.pools[pool]!.min : state.ready + state.booting;
}

/**
 * Those that were asked for. More than are there may come at any moment, or are there and sick, and of a smaller count nobody knows which ones go. Fewer,
 * and what is beyond goes by itself: AWS replaces instances by launching others first. So launches add to these, and cuts take from them.
 */
export function asked({ observation, profile }: Situation, pool: number): number {
  const state = observation.pools[pool];
  return state === undefined ? profile.pools[pool]!.min : askedOf(state);
}

export function askedOf({ ready, booting, asked = ready + booting }: PoolState): number {
  return asked;
}

/** VMs that are there, sick ones too: of a smaller count some of them go. */
export function present({ ready, booting, sick = 0 }: PoolState): number {
  return ready + booting + sick;
}

/** What all pools want, with each count changed by `change`; `said` is asked only where a count is changed. */
export function boundCounts(
  wanted: Action,
  change: (count: number, pool: number) => number,
  say: (pools: readonly number[]) => string,
): Bounded {
  const vmCounts = wanted.vmCounts.map(change);
  const changed = vmCounts.flatMap((count, pool) => (count === wanted.vmCounts[pool] ? [] : [pool]));
  return changed.length === 0
    ? { action: wanted, said: null }
    : { action: { ...wanted, vmCounts }, said: say(changed) };
}

/** No count below what was asked for: what has not come yet is not asked back either, nor what is beyond the profile, which a person may have set. */
export function withoutCuts(wanted: Action, situation: Situation, why: string): Bounded {
  return boundCounts(
    wanted,
    (count, pool) => Math.max(count, asked(situation, pool)),
    (pools) => {
      const isAnyMissing = pools.some((pool) => asked(situation, pool) > existing(situation, pool));
      const words = isAnyMissing ? ', and none is asked back that has not come' : '';
      return `${why}: no VM of ${poolNames(situation, pools)} is taken away${words}.`;
    },
  );
}

/** No count above what was asked for; up to the minimum of a pool growth is always allowed. */
export function withoutGrowth(wanted: Action, situation: Situation, why: string): Bounded {
  return boundCounts(
    wanted,
    (count, pool) => Math.min(count, Math.max(asked(situation, pool), situation.profile.pools[pool]!.min)),
    (pools) => `${why}: no VM of ${poolNames(situation, pools)} is launched.`,
  );
}

export function poolNames({ profile }: Situation, pools: readonly number[]): string {
  return pools.map((pool) => profile.pools[pool]!.name).join(' and ');
}
