import type { Clock } from '../clock.ts';
import type { Service } from '../operation.ts';
import { getMetricData } from './get-metric-data.ts';
import { listMetrics } from './list-metrics.ts';
import { putMetricData } from './put-metric-data.ts';
import type { MetricStore } from './store.ts';

/** Amazon CloudWatch (API version 2010-08-01): its metrics. */
export function cloudWatchService(store: MetricStore, clock: Clock): Service {
  return {
    GetMetricData: (input) => getMetricData(store, clock, input),
    ListMetrics: (input) => listMetrics(store, clock, input),
    PutMetricData: (input) => putMetricData(store, clock, input),
  };
}
