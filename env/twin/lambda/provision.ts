import type { Output } from '../operation.ts';
import { lambdaTime } from './configuration.ts';

/** Provisioned concurrency of a version or an alias, from one request on. */
export interface Provision {
  /** Number of a version, or name of an alias. */
  readonly qualifier: string;
  readonly requested: number;
  /** Environments that there were when it was requested. */
  readonly kept: number;
  readonly requestedMs: number;
  readonly readyMs: number;
  /** The new environments cannot initialise. */
  readonly fails: boolean;
}

export type ProvisionStatus = 'IN_PROGRESS' | 'READY' | 'FAILED';

export function statusAt({ readyMs, fails }: Provision, nowMs: number): ProvisionStatus {
  if (nowMs < readyMs) return 'IN_PROGRESS';
  return fails ? 'FAILED' : 'READY';
}

/** Share of the new environments that are there, in [0, 1]. */
export function progressAt({ requestedMs, readyMs, fails }: Provision, nowMs: number): number {
  if (fails) return 0;
  return nowMs >= readyMs ? 1 : (nowMs - requestedMs) / (readyMs - requestedMs);
}

export function availableAt(provision: Provision, nowMs: number): number {
  const { kept, requested } = provision;
  return Math.floor(kept + (requested - kept) * progressAt(provision, nowMs));
}

/** The answer of Put- and GetProvisionedConcurrencyConfig. */
export function provisionOutput(provision: Provision, nowMs: number): Output {
  const available = availableAt(provision, nowMs);
  const status = statusAt(provision, nowMs);
  return {
    RequestedProvisionedConcurrentExecutions: provision.requested,
    AvailableProvisionedConcurrentExecutions: available,
    AllocatedProvisionedConcurrentExecutions: available,
    Status: status,
    ...(status === 'FAILED' ? { StatusReason: 'FUNCTION_ERROR_INIT_FAILURE' } : {}),
    LastModified: lambdaTime(provision.requestedMs),
  };
}
