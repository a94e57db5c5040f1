import { describe, expect, test } from 'vitest';
import { type LambdaUseParts, lambdaUse, noLambdaUse } from '../../../env/aws/metrics/lambda-use.ts';
import { MetricBook } from '../../../env/aws/metrics/metric-book.ts';
import { allQueries, serviceMetrics } from '../../../env/aws/metrics/metric-queries.ts';
import type { MetricQuery } from '../../../env/aws/metrics/metric-query.ts';
import { defaultPrices } from '../../../env/prices.ts';
import { example } from '../twin/open.ts';

const { deployment, profile } = await example('weighted-classifier');
const metrics = serviceMetrics(deployment, profile);
const [first] = metrics.functions;
const action = {
  variant: first!.variant,
  vmCounts: profile.pools.map(() => 1),
  lambdaMemoryMb: 1024,
  spillover: { maxWaitMs: profile.slo.classes.map(() => null), lambdaShare: 0 },
};

/** What was read of the minute 0 at the end of minute 5: of those asked for the value that is told, or none. */
function partsOf(asked: readonly MetricQuery[], values: ReadonlyMap<MetricQuery, number>): LambdaUseParts {
  const book = new MetricBook(allQueries(metrics), { alive: metrics.liveness, witness: [] });
  const read = asked.map((query) => {
    const value = values.get(query);
    return value === undefined ? [] : [{ startMs: 0, value }];
  });
  book.take(asked, read, { fromMs: 0, toMs: 60_000 }, 360_000);
  return { profile, prices: defaultPrices, book, functions: [first!], memoryMb: [] };
}

const alive = (more: readonly (readonly [MetricQuery, number])[] = []) =>
  new Map<MetricQuery, number>([...metrics.liveness.map((query) => [query, 1] as const), ...more]);

describe('the use of Lambda in a minute', () => {
  test('is none of a function that was not invoked, though what it took was not read', () => {
    const asked = [...metrics.liveness, first!.invocations, first!.throttles];
    expect(lambdaUse(partsOf(asked, alive()), 0, 0, action)).toEqual(noLambdaUse);
  });

  test('is not known while nothing tells that metrics are published at all', () => {
    const asked = [...metrics.liveness, first!.invocations, first!.throttles];
    expect(lambdaUse(partsOf(asked, new Map()), 0, 0, action)).toBeNull();
  });

  test('is not known of a function that was invoked until what it took is read', () => {
    const asked = [...metrics.liveness, first!.invocations, first!.throttles];
    expect(lambdaUse(partsOf(asked, alive([[first!.invocations, 9]])), 0, 0, action)).toBeNull();
  });

  test('is gigabyte-seconds and requests at list price, and the growth of the peak as cold starts', () => {
    const asked = [...metrics.liveness, first!.invocations, first!.durationSum, first!.concurrency];
    const read = alive([
      [first!.invocations, 10],
      [first!.durationSum, 2000],
      [first!.concurrency, 3],
    ]);
    expect(lambdaUse(partsOf(asked, read), 0, 0, action)).toEqual({
      computeUsd: 2 * defaultPrices.lambdaUsdPerGbSecond,
      requestsUsd: 10 * defaultPrices.lambdaUsdPerRequest,
      coldStarts: 3,
    });
    expect(lambdaUse(partsOf(asked, read), 0, 0, { ...action, lambdaProvisioned: 3 })!.coldStarts).toBe(0);
  });
});
