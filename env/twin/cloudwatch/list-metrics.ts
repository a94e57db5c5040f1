import type { Clock } from '../clock.ts';
import { type Input, type Output, ServiceError } from '../operation.ts';
import { pageOf } from '../page.ts';
import type { Dimension, Series } from './series.ts';
import type { MetricStore } from './store.ts';

/** Metrics to a page (ListMetrics, API reference). */
const pageSize = 500;
/** A metric without data for so long is no longer listed (ibid.). */
const listedMs = 14 * 24 * 3_600_000;
const recentMs = 3 * 3_600_000;

/** Metrics of which something can be read. */
export function listMetrics(store: MetricStore, clock: Clock, input: Input): Output {
  const { Namespace: namespace, MetricName: name, Dimensions: dimensions = [], RecentlyActive: recently } = input;
  if (recently !== undefined && recently !== 'PT3H') {
    throw new ServiceError('InvalidParameterValue', 'RecentlyActive must be PT3H.');
  }
  const oldestMs = clock.nowMs() - (recently === undefined ? listedMs : recentMs);
  const filters = Array.isArray(dimensions) ? (dimensions as Partial<Dimension>[]) : [];
  const found = [...store.all].filter(
    (series) =>
      (namespace === undefined || series.metric.namespace === namespace) &&
      (name === undefined || series.metric.name === name) &&
      filters.every((filter) => has(series, filter)) &&
      series.newestMs >= oldestMs &&
      series.firstVisibleAtMs <= clock.nowMs(),
  );
  const list = JSON.stringify([namespace, name, dimensions, recently]);
  const { items, nextToken } = pageOf(found, pageSize, input.NextToken, list);
  const Metrics = items.map(({ metric }) => ({
    Namespace: metric.namespace,
    MetricName: metric.name,
    Dimensions: metric.dimensions,
  }));
  return { Metrics, NextToken: nextToken };
}

/** A filter without a value asks for the name only. */
function has({ metric }: Series, { Name, Value }: Partial<Dimension>): boolean {
  return metric.dimensions.some((one) => one.Name === Name && (Value === undefined || one.Value === Value));
}
