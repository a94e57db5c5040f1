import type { LambdaBatch } from '../types.ts';

/** Service time of a batch over that of one request; `batchMarginal` is what each further request adds. */
export function batchFactor(batchMarginal: number, requests: number): number {
  return 1 + batchMarginal * (requests - 1);
}

/** Whether requests wait for others at all: a batch of one, or one that may not wait, is sent at once. */
export function gathers(batch: LambdaBatch | undefined): batch is LambdaBatch {
  return batch !== undefined && batch.size > 1 && batch.timeoutMs > 0;
}
