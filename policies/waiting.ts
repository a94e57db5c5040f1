import { erlangLoss } from '../env/physics/erlang.ts';
import { lognormalShareBelow } from '../env/physics/lognormal.ts';

/**
 * Share of Poisson arrivals that find all servers busy and must wait, Erlang's C; `offered` is the arrival rate times the mean service time.
 * Source: Erlang (1917), by way of his loss formula: C = B / (1 - (offered / servers) (1 - B)). 1 where the servers are overloaded.
 */
export function erlangWait(offered: number, servers: number): number {
  if (offered >= servers) return 1;
  const loss = erlangLoss(offered, servers);
  return loss / (1 - (offered / servers) * (1 - loss));
}

export interface Queue {
  readonly ratePerSecond: number;
  readonly servers: number;
  readonly serviceMs: number;
  /** Coefficient of variation of the service time. */
  readonly serviceCv: number;
}

/**
 * Share of the requests that wait longer than this: M/G/c, as M/M/c with a tail that is longer by (1 + cv²)/2, the approximation of
 * Lee and Longton (1959). Exact for M/M/c.
 */
export function waitTail({ ratePerSecond, servers, serviceMs, serviceCv }: Queue, waitMs: number): number {
  const offered = (ratePerSecond * serviceMs) / 1000;
  if (offered >= servers) return 1;
  if (waitMs < 0) return 1;
  const decayPerMs = (servers - offered) / serviceMs / ((1 + serviceCv ** 2) / 2);
  return erlangWait(offered, servers) * Math.exp(-decayPerMs * waitMs);
}

/** Slices of the deadline that the service time is told by. */
const slices = 64;

/** Share of the requests whose wait and service together take longer than the deadline; first come, first served. */
export function responseTail(queue: Queue, deadlineMs: number): number {
  const { serviceMs, serviceCv } = queue;
  if (serviceCv === 0) return serviceMs > deadlineMs ? 1 : waitTail(queue, deadlineMs - serviceMs);
  const below = (ms: number) => lognormalShareBelow(ms, serviceMs, serviceCv);
  let late = 1 - below(deadlineMs);
  for (let slice = 0; slice < slices; slice++) {
    const from = (slice / slices) * deadlineMs;
    const to = ((slice + 1) / slices) * deadlineMs;
    late += (below(to) - below(from)) * waitTail(queue, deadlineMs - (from + to) / 2);
  }
  return Math.min(1, late);
}
