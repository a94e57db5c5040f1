import { bisect } from '../bisection.ts';
import { onlyPool, withServerMs } from '../change.ts';
import { type Measured, measureDraws, onServers } from '../deployment.ts';
import type { OnShelf } from '../shelf.ts';
import { networkMs } from './systems.ts';
import { drawn, type OpenTimes, type WorkloadName } from './workloads.ts';

/** Section 4.2: five instances are desired at minute 7. They are in service four minutes later, which is the boot time of the profile. */
const desiredAtSeconds = 420;
export const instances40 = 5;
/** Not given: with so many, workload-120 costs about what the paper prints. */
export const instances120 = 7;

/** A managed endpoint: one instance, and more from a known minute on. */
export interface Endpoint {
  readonly shelf: OnShelf;
  readonly times: OpenTimes;
  readonly seed: number;
  readonly instances: number;
  readonly serviceMs: number;
  /** Requests that may wait. */
  readonly queueLimit: number;
}

/** Mean over the draws of the workload. */
export function measureEndpoint(endpoint: Endpoint, name: WorkloadName): Measured {
  const { shelf, times, seed, instances, serviceMs, queueLimit } = endpoint;
  const profile = { ...onlyPool(withServerMs(shelf.profile, 'endpoint', serviceMs), 'endpoint'), queueLimit };
  const later = { fromSeconds: desiredAtSeconds, action: onServers(profile, 'endpoint', instances) };
  const deployment = { profile, prices: shelf.prices, action: onServers(profile, 'endpoint'), later };
  return measureDraws(deployment, drawn(name, times, seed));
}

/** The service time with which this share of workload-40 is answered. */
export function fitServiceMs(endpoint: Omit<Endpoint, 'serviceMs'>, share: number): number {
  const success = (logMs: number) =>
    measureEndpoint({ ...endpoint, serviceMs: Math.exp(logMs) }, 'workload-40').success;
  return Math.exp(bisect(share, [Math.log(5), Math.log(4000)], success, 12));
}

/** The limit of waiting requests with which those answered at workload-40 take so long, the service time being fitted for each limit. */
export function fitQueueLimit(
  endpoint: Omit<Endpoint, 'serviceMs' | 'queueLimit'>,
  share: number,
  latencyMs: number,
): number {
  const latency = (limit: number) => {
    const limited = { ...endpoint, queueLimit: Math.round(limit) };
    const { meanMs } = measureEndpoint({ ...limited, serviceMs: fitServiceMs(limited, share) }, 'workload-40');
    return (meanMs ?? 0) + networkMs;
  };
  return Math.round(bisect(latencyMs, [1, 3000], latency, 9));
}
