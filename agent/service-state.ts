import type { Observation, ServiceProfile } from '../env/types.ts';
import type { LevelPool } from './level-terms.ts';
import type { ServiceState } from './service-features.ts';

/** What the service network has to be told of beside the demand. */
export interface Situation {
  readonly profile: ServiceProfile;
  readonly observation: Observation;
  readonly stack: readonly LevelPool[];
  /** [pool of the stack] VMs that are wanted. */
  readonly wanted: readonly number[];
  /** Requests per second that the pools outside the stack serve. */
  readonly standing: number;
  /** Requests per second that arrive. */
  readonly rate: number;
  /** Of accuracy. */
  readonly credit: number;
  readonly priceRatio: number;
}

/** The state of the service in numbers of its demand and capacity; what is absent counts as none, or as kept. */
export function serviceState(situation: Situation): ServiceState {
  const { profile, observation, stack, wanted, standing, credit, priceRatio } = situation;
  const { pools, queueLength, attainment, spilledPerSecond } = observation;
  const rate = situation.rate + 1e-3;
  const serve = (count: (index: number, levels: LevelPool) => number) =>
    stack.reduce((sum, levels, index) => sum + count(index, levels) * levels.vmPerSecond, 0);
  const capacity = serve((_, levels) => pools[levels.pool]!.ready) + standing;
  const waiting = queueLength.reduce((sum, one) => sum + (one?.value ?? 0), 0);
  const kept = attainment.reduce((sum, one, k) => sum + (one?.value ?? 1) * profile.slo.classes[k]!.share, 0);
  return {
    capacity,
    booting: serve((_, levels) => pools[levels.pool]!.booting),
    wanted: serve((index) => wanted[index]!),
    backlogSeconds: waiting / (capacity + 1e-3),
    spilledShare: Math.min(1, (spilledPerSecond?.value ?? 0) / rate),
    missedShare: 1 - kept,
    creditSeconds: credit / (0.01 * rate),
    priceRatio,
  };
}
