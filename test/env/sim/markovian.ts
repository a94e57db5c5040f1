import { addOutcomes, emptyOutcome } from '../../../env/outcome.ts';
import { Random } from '../../../env/random.ts';
import { RequestLevelEngine } from '../../../env/sim/request-level.ts';
import { Simulator } from '../../../env/sim/simulator.ts';
import type { Outcome, ServiceProfile } from '../../../env/types.ts';
import { action, poisson, prices, service } from './small-service.ts';

/** Mean service time of `service`. */
export const serviceSeconds = 0.1;

/** Equally likely cells of the exponential distribution with mean 1, each by its mean; 0.1 % of the mean square is missing. */
export const unitExponentialTable = Float64Array.from({ length: 4096 }, (_, entry) => {
  // ∫ x e^-x over a cell is (x + 1) e^-x at its lower edge less that at its upper edge.
  const weight = (share: number) => (share > 0 ? share * (1 - Math.log(share)) : 0);
  return 4096 * (weight(1 - entry / 4096) - weight(1 - (entry + 1) / 4096));
});

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
  const engine = new RequestLevelEngine(profile, prices, workload, seed, [servers], unitExponentialTable);
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
