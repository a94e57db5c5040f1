import type { Action, PriceBook, ServiceProfile } from '../../types.ts';
import type { MetricBook } from './metric-book.ts';
import type { FunctionMetrics } from './metric-queries.ts';
import { bucketMs } from './metric-query.ts';

/** What Lambda did in some time, and what that costs by the price book. */
export interface LambdaUse {
  readonly computeUsd: number;
  readonly requestsUsd: number;
  readonly coldStarts: number;
}

export const noLambdaUse: LambdaUse = { computeUsd: 0, requestsUsd: 0, coldStarts: 0 };

export interface LambdaUseParts {
  readonly profile: ServiceProfile;
  readonly prices: PriceBook;
  readonly book: MetricBook;
  readonly functions: readonly FunctionMetrics[];
  /** [variant] Of its function; null: not read, and taken to be the action's. */
  readonly memoryMb: readonly (number | null)[];
}

/**
 * Of one minute, as read at `readSinceMs` or later; null: not all of it is known. `action`: in force then.
 *
 * Gigabyte-seconds are the sum of Duration times the memory. Duration is what the handler took: that initialisation is
 * billed too is left out; of a function without invocations it need not have been read. Of provisioned environments the work is the cheaper kind; they are taken to do as large a part of the
 * work as they are of the peak of concurrent executions, and all where they are more. There is no metric of cold starts: counted
 * is the growth of that peak beyond what the minutes of `keepAliveSeconds` before have kept warm.
 */
export function lambdaUse(
  parts: LambdaUseParts,
  startMs: number,
  readSinceMs: number,
  action: Action,
): LambdaUse | null {
  let total = noLambdaUse;
  for (const metrics of parts.functions) {
    const use = useOf(metrics, parts, startMs, readSinceMs, action);
    if (use === null) return null;
    total = addUse(total, use);
  }
  return total;
}

function useOf(
  metrics: FunctionMetrics,
  { profile, prices, book, memoryMb }: LambdaUseParts,
  startMs: number,
  readSinceMs: number,
  { lambdaMemoryMb, lambdaProvisioned = 0 }: Action,
): LambdaUse | null {
  const minute = book.minute(startMs, readSinceMs);
  const invocations = minute.count(metrics.invocations);
  if (invocations === 0 && !minute.value(metrics.durationSum)) return noLambdaUse;
  const [durationMs, peak] = [minute.count(metrics.durationSum), minute.count(metrics.concurrency)];
  if (durationMs === null || invocations === null || peak === null) return null;
  const provisionedShare = lambdaProvisioned === 0 ? 0 : Math.min(1, lambdaProvisioned / Math.max(1, peak));
  const usdPerGbSecond =
    provisionedShare * prices.lambdaProvisionedDurationUsdPerGbSecond +
    (1 - provisionedShare) * prices.lambdaUsdPerGbSecond;
  return {
    computeUsd: (durationMs / 1000) * ((memoryMb[metrics.variant] ?? lambdaMemoryMb) / 1024) * usdPerGbSecond,
    requestsUsd: invocations * prices.lambdaUsdPerRequest,
    coldStarts:
      peak <= lambdaProvisioned
        ? 0
        : Math.max(0, peak - Math.max(lambdaProvisioned, warmBefore(metrics, profile, book, startMs))),
  };
}

/** The peak of the minutes before, in which environments are kept. */
function warmBefore(
  { concurrency }: FunctionMetrics,
  profile: ServiceProfile,
  book: MetricBook,
  startMs: number,
): number {
  const fromMs = startMs - Math.floor((profile.lambda.keepAliveSeconds * 1000) / bucketMs) * bucketMs;
  const peaks = book.series(concurrency);
  let most = 0;
  for (let minuteMs = fromMs; minuteMs < startMs; minuteMs += bucketMs) {
    const peak = peaks.at(minuteMs)?.value;
    if (typeof peak === 'number' && peak > most) most = peak;
  }
  return most;
}

export function addUse(a: LambdaUse, b: LambdaUse): LambdaUse {
  return {
    computeUsd: a.computeUsd + b.computeUsd,
    requestsUsd: a.requestsUsd + b.requestsUsd,
    coldStarts: a.coldStarts + b.coldStarts,
  };
}
