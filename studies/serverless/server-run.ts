import { bisect } from '../bisection.ts';
import { withServerMs } from '../change.ts';
import { type Measured, measureDraws, onServers } from '../deployment.ts';
import type { OnShelf } from '../shelf.ts';
import { networkMs } from './systems.ts';
import { drawn, type OpenTimes, type WorkloadName } from './workloads.ts';

/** One server of a pool, on its own. */
export interface ServerRun {
  readonly shelf: OnShelf;
  readonly pool: string;
  readonly times: OpenTimes;
  readonly seed: number;
}

/** Mean over the draws of the workload. */
export function onServer({ shelf, pool, times, seed }: ServerRun, serverMs: number, name: WorkloadName): Measured {
  const profile = withServerMs(shelf.profile, pool, serverMs);
  const deployment = { profile, prices: shelf.prices, action: onServers(profile, pool) };
  return measureDraws(deployment, drawn(name, times, seed));
}

/** Service time in milliseconds: from a request that is never noticed to one a second. */
const serverRangeMs = [1, 2000] as const;

/** The service time with which the answered requests take so long on average. */
export function fitLatency(run: ServerRun, name: WorkloadName, latencyMs: number): number {
  return bisect(latencyMs, [1, 40], (ms) => (onServer(run, ms, name).meanMs ?? 0) + networkMs);
}

/** The service time with which this share of workload-40 is answered. */
export function fitSuccess(run: ServerRun, share: number): number {
  return bisect(share, serverRangeMs, (ms) => onServer(run, ms, 'workload-40').success, 16);
}
