import type { Action, ServiceProfile, Spillover } from '../env/types.ts';

/** A fault says in a clause what is wrong: "gave 9 VMs for pool cpu, which allows 1 to 8". */
export type ActionOrFault = { readonly action: Action } | { readonly fault: string };

/**
 * What a policy stated, as a copy of its own that fits the profile, or what is wrong with it.
 * A policy is foreign code (a network may answer NaN), so nothing about the value is taken for granted.
 */
export function validAction(value: unknown, profile: ServiceProfile): ActionOrFault {
  if (!isRecord(value)) return { fault: 'gave no action' };
  const fault =
    variantFault(value.variant, profile) ??
    vmFault(value.vmCounts, profile) ??
    memoryFault(value.lambdaMemoryMb, profile) ??
    spilloverFault(value.spillover, profile) ??
    provisionedFault(value.lambdaProvisioned, profile) ??
    batchFault(value.lambdaBatch);
  return fault === null ? { action: copyOf(value as unknown as Action) } : { fault };
}

/** Field by field, so that what a policy later does to its own objects changes nothing here. */
function copyOf(action: Action): Action {
  const { maxWaitMs, lambdaShare } = action.spillover;
  const { lambdaProvisioned, lambdaBatch } = action;
  return {
    variant: action.variant,
    vmCounts: [...action.vmCounts],
    lambdaMemoryMb: action.lambdaMemoryMb,
    spillover: { maxWaitMs: [...maxWaitMs], lambdaShare },
    ...(lambdaProvisioned === undefined ? {} : { lambdaProvisioned }),
    ...(lambdaBatch === undefined ? {} : { lambdaBatch: { size: lambdaBatch.size, timeoutMs: lambdaBatch.timeoutMs } }),
  };
}

function variantFault(variant: unknown, profile: ServiceProfile): string | null {
  const last = profile.variants.length - 1;
  if (isWhole(variant, 0, last)) return null;
  return `gave variant ${shown(variant)}, where 0 to ${last} exist`;
}

function vmFault(counts: unknown, profile: ServiceProfile): string | null {
  if (!Array.isArray(counts) || counts.length !== profile.pools.length) {
    return `gave VM counts ${shown(counts)} for ${profile.pools.length} pools`;
  }
  const index = profile.pools.findIndex((pool, at) => !isWhole(counts[at], pool.min, pool.max));
  if (index < 0) return null;
  const pool = profile.pools[index]!;
  return `gave ${shown(counts[index])} VMs for pool ${pool.name}, which allows ${pool.min} to ${pool.max}`;
}

function memoryFault(memoryMb: unknown, profile: ServiceProfile): string | null {
  if (profile.lambda.memoryMb.some((tier) => tier === memoryMb)) return null;
  return `gave Lambda memory ${shown(memoryMb)} MB, which is none of ${profile.lambda.memoryMb.join(', ')}`;
}

function spilloverFault(spillover: unknown, profile: ServiceProfile): string | null {
  if (!isRecord(spillover)) return 'gave no spillover';
  const { maxWaitMs, lambdaShare } = spillover as Record<keyof Spillover, unknown>;
  const classes = profile.slo.classes.length;
  if (!Array.isArray(maxWaitMs) || maxWaitMs.length !== classes) {
    return `gave waiting limits ${shown(maxWaitMs)} for ${classes} request classes`;
  }
  // Array.from, because a hole in a sparse array is skipped by every other walk.
  const wrong = Array.from(maxWaitMs as unknown[]).findIndex(
    (limit) => limit !== null && !isWithin(limit, 0, Infinity),
  );
  if (wrong >= 0)
    return `gave a waiting limit of ${shown(maxWaitMs[wrong])} ms for class ${profile.slo.classes[wrong]!.name}`;
  if (!isWithin(lambdaShare, 0, 1)) return `gave Lambda a share of ${shown(lambdaShare)}, which must be 0 to 1`;
  return null;
}

function provisionedFault(count: unknown, { lambda }: ServiceProfile): string | null {
  if (count === undefined || isWhole(count, 0, lambda.concurrencyLimit)) return null;
  return `gave ${shown(count)} provisioned environments, where the function allows 0 to ${lambda.concurrencyLimit}`;
}

/** Lambda's largest batch of a queue: 10,000 (AWS Lambda developer guide, event source mappings). */
const largestBatch = 10_000;

function batchFault(batch: unknown): string | null {
  if (batch === undefined) return null;
  if (!isRecord(batch)) return 'gave a Lambda batch that is no record of size and timeoutMs';
  if (!isWhole(batch.size, 1, largestBatch))
    return `gave Lambda batches of ${shown(batch.size)}, which must be 1 to ${largestBatch}`;
  if (isWithin(batch.timeoutMs, 0, Infinity)) return null;
  return `gave Lambda batches a timeout of ${shown(batch.timeoutMs)} ms, which must be 0 or more`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isWithin(value: unknown, min: number, max: number): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= min && value <= max;
}

function isWhole(value: unknown, min: number, max: number): value is number {
  return Number.isInteger(value) && isWithin(value, min, max);
}

/** Short, and never failing: also for what JSON cannot say. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return `of length ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value).slice(0, 40);
}
