import { lognormalShareBelow } from '../../env/physics/lognormal.ts';
import type { LambdaBatch, PriceBook, ServiceProfile } from '../../env/types.ts';
import { strictestDeadlineMs } from '../economics.ts';
import { batchSizes } from './batch-sizes.ts';
import type { MarkovianArrivals } from './markovian-arrivals.ts';

/** How Lambda is used, and what the model says of it. */
export interface BatchChoice {
  readonly batch: LambdaBatch;
  readonly tier: number;
  readonly usdPerRequest: number;
  /** Share of the requests that are late. */
  readonly lateShare: number;
  readonly meanSize: number;
}

export interface BatchTask {
  readonly profile: ServiceProfile;
  readonly prices: PriceBook;
  readonly variant: number;
  readonly arrivals: MarkovianArrivals;
  /** Share of the requests that may be late. */
  readonly lateShare: number;
  readonly mostSize: number;
}

/** Steps of the timeout between none and the strictest deadline. */
const timeoutSteps = 20;

/**
 * The batch size, timeout and memory with the least cost per request that keep the promise: every combination of a grid. Where none keeps it, the
 * one with the fewest late requests. Source: BATCH (Ali et al., SC 2020), which searches by Bayesian optimisation.
 */
export function cheapestBatch(task: BatchTask): BatchChoice {
  let best: BatchChoice | null = null;
  for (const { size, timeoutMs, sizes } of candidates(task)) {
    for (let tier = 0; tier < task.profile.lambda.memoryMb.length; tier++) {
      best = judge(task, { size, timeoutMs }, sizes, tier, best) ?? best;
    }
  }
  // Profiles that no variant of which fits Lambda are refused before a rule is made.
  return best!;
}

/** A longer timeout or a larger batch must be worth it, so the smaller ones come first. */
function* candidates({ profile, arrivals, mostSize }: BatchTask) {
  yield { size: 1, timeoutMs: 0, sizes: Float64Array.of(1) };
  for (let step = 1; step <= timeoutSteps; step++) {
    const timeoutMs = Math.round((step / timeoutSteps) * strictestDeadlineMs(profile));
    const all = batchSizes(arrivals, timeoutMs / 1000, mostSize);
    for (let size = 2; size <= mostSize; size++) yield { size, timeoutMs, sizes: cutAt(all, size) };
  }
}

/** The arrivals within the timeout do not depend on the size at which the batch is sent. */
function cutAt(sizes: Float64Array, size: number): Float64Array {
  const cut = sizes.slice(0, size);
  cut[size - 1] = sizes.subarray(size - 1).reduce((sum, one) => sum + one, 0);
  return cut;
}

/** Null: it does not fit the memory, or is no better than the best so far. Lateness takes long to tell, so it is looked at only where the cost allows. */
function judge(
  task: BatchTask,
  batch: LambdaBatch,
  sizes: Float64Array,
  tier: number,
  best: BatchChoice | null,
): BatchChoice | null {
  const serviceMs = task.profile.lambda.serviceMs[task.variant]?.[tier] ?? null;
  if (serviceMs === null) return null;
  const meanSize = sizes.reduce((sum, share, index) => sum + share * (index + 1), 0);
  const usdPerRequest = usdPerBatch(task, sizes, tier, serviceMs) / meanSize;
  const isBestInTime = best !== null && best.lateShare <= task.lateShare;
  if (isBestInTime && usdPerRequest >= best.usdPerRequest - 1e-15) return null;
  let late = 0;
  // Full batches are the latest.
  for (let size = sizes.length; size >= 1; size--) {
    if (sizes[size - 1]! > 0)
      late += sizes[size - 1]! * size * lateShareOf(task, batch, size, batchMs(task, serviceMs, size));
    if (isBestInTime && late > task.lateShare * meanSize) return null;
  }
  const choice = { batch, tier, usdPerRequest, lateShare: late / meanSize, meanSize };
  if (best === null || choice.lateShare <= task.lateShare) return choice;
  return !isBestInTime && choice.lateShare < best.lateShare - 1e-12 ? choice : null;
}

function batchMs({ profile }: BatchTask, singleMs: number, size: number): number {
  return singleMs * (1 + profile.lambda.batchMarginal * (size - 1));
}

/** Dollars of a mean batch. */
function usdPerBatch(task: BatchTask, sizes: Float64Array, tier: number, singleMs: number): number {
  const { lambdaUsdPerGbSecond, lambdaUsdPerRequest } = task.prices;
  const usdPerMs = ((task.profile.lambda.memoryMb[tier]! / 1024) * lambdaUsdPerGbSecond) / 1000;
  return sizes.reduce(
    (sum, share, index) => sum + share * (usdPerMs * batchMs(task, singleMs, index + 1) + lambdaUsdPerRequest),
    0,
  );
}

/** Of a batch that came to hold so many. */
function lateShareOf({ profile, arrivals }: BatchTask, batch: LambdaBatch, size: number, serviceMs: number): number {
  let late = 0;
  for (let place = 0; place < size; place++) {
    const waitMs = waitOf(arrivals, batch, size, place);
    for (const { share, deadlineMs } of profile.slo.classes) {
      late += share * (1 - lognormalShareBelow(deadlineMs - waitMs, serviceMs, profile.serviceCv));
    }
  }
  return late / size;
}

/**
 * How long the request waits that came as the `place`-th, from 0: in a batch sent at the timeout those after the first came evenly over it, in one sent full
 * at the mean rate of arrivals.
 */
function waitOf({ rates, leaves }: MarkovianArrivals, batch: LambdaBatch, size: number, place: number): number {
  if (size < batch.size) return batch.timeoutMs * (1 - place / size);
  const meanRate = (rates[0] * leaves[1] + rates[1] * leaves[0]) / (leaves[0] + leaves[1]);
  return Math.min(batch.timeoutMs, (1000 * (size - 1 - place)) / meanRate);
}
