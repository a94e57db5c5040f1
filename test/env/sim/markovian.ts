import { addOutcomes, emptyOutcome } from '../../../env/outcome.ts';
import { unitExponentialTable } from '../../../env/physics/service-table.ts';
import { Random } from '../../../env/random.ts';
import { RequestLevelEngine } from '../../../env/sim/request-level.ts';
import { Simulator } from '../../../env/sim/simulator.ts';
import type { Outcome, ServiceProfile } from '../../../env/types.ts';
import { action, poisson, prices, service } from './small-service.ts';

/** Mean service time of `service`. */
export const serviceSeconds = 0.1;

const unitService = unitExponentialTable(4096);

export interface Queue {
  readonly perSecond: number;
  readonly servers: number;
  /** Null: no limit. */
  readonly waitingRoom: number | null;
  readonly minutes: number;
  readonly seed: number;
}

/** Poisson arrivals, exponential service, nothing to Lambda: M/M/c, or M/M/c/K with a waiting room. */
export async function runMarkovian(queue: Queue): Promise<Outcome> {
  const { perSecond, servers, waitingRoom, minutes, seed } = queue;
  const profile: ServiceProfile = { ...service, queueLimit: waitingRoom };
  const workload = poisson(perSecond, minutes * 60);
  const engine = new RequestLevelEngine(profile, prices, workload, seed, [servers], unitService);
  const simulator = new Simulator(profile, engine, Random.seeded(seed, 'metrics'));
  let total = emptyOutcome(profile);
  for (let minute = 0; minute < minutes; minute++)
    total = addOutcomes(total, await simulator.step(action(servers, null)));
  return total;
}

/** Erlang B by its recursion: the share that c servers without a waiting room lose. */
export function erlangB(offered: number, servers: number): number {
  let inverse = 1;
  for (let count = 1; count <= servers; count++) inverse = 1 + (count / offered) * inverse;
  return 1 / inverse;
}

/** Erlang C: the share of requests that wait in M/M/c. */
export function erlangC(offered: number, servers: number): number {
  const loss = erlangB(offered, servers);
  return loss / (1 - (offered / servers) * (1 - loss));
}
