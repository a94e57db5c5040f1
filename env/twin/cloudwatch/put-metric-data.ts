import { shown } from '../../shown.ts';
import type { Clock } from '../clock.ts';
import { type Input, type Output, ServiceError } from '../operation.ts';
import { pointDistribution } from './distribution.ts';
import { membersOf, readDimensions } from './metric-query.ts';
import { type Datum, type MetricName, together } from './series.ts';
import type { MetricStore } from './store.ts';

/** Per call (PutMetricData, API reference). */
const mostMetrics = 1000;
const mostValues = 150;

/** Everything is read before anything is put. */
export function putMetricData(store: MetricStore, clock: Clock, input: Input): Output {
  const { Namespace: namespace, MetricData: data } = input;
  if (typeof namespace !== 'string' || namespace === '') throw refused('MissingParameter', 'Namespace is required.');
  if (namespace.startsWith('AWS/'))
    throw refused('InvalidParameterValue', 'Namespaces that begin with AWS/ are reserved.');
  if (!Array.isArray(data) || data.length > mostMetrics) {
    throw refused('InvalidParameterValue', `MetricData must be a list of at most ${mostMetrics}.`);
  }
  const read = data.map((one) => readDatum(membersOf(one, 'MetricData'), namespace, clock.nowMs()));
  for (const { metric, timeMs, datum } of read) store.put(metric, timeMs, datum);
  return {};
}

function readDatum(
  members: Input,
  namespace: string,
  nowMs: number,
): { metric: MetricName; timeMs: number; datum: Datum } {
  const { MetricName: name, Dimensions: dimensions = [], Timestamp: time } = members;
  if (typeof name !== 'string' || name === '') throw refused('MissingParameter', 'MetricName is required.');
  const timeMs = time instanceof Date ? time.getTime() : nowMs;
  if (timeMs > nowMs + 2 * 3_600_000 || timeMs < nowMs - 14 * 24 * 3_600_000) {
    throw refused('InvalidParameterValue', `The Timestamp of ${name} lies more than 14 days back or 2 hours ahead.`);
  }
  return {
    metric: { namespace, name, dimensions: readDimensions(dimensions) },
    timeMs,
    datum: valuesOf(members, name),
  };
}

/** One value, values with their counts, or a statistic set. */
function valuesOf({ Value: value, Values: values, Counts: counts, StatisticValues: set }: Input, name: string): Datum {
  if (value !== undefined) return counted(number(value, name), 1);
  if (set !== undefined) {
    const { Sum, SampleCount, Minimum, Maximum } = membersOf(set, 'StatisticValues');
    const [sum, samples, least, most] = [Sum, SampleCount, Minimum, Maximum].map((one) => number(one, name));
    return { sum: sum!, samples: samples!, least: least!, most: most!, distribution: null };
  }
  if (!Array.isArray(values) || values.length === 0 || values.length > mostValues) {
    throw refused('InvalidParameterCombination', `${name} needs Value, StatisticValues or 1 to ${mostValues} Values.`);
  }
  const times = Array.isArray(counts) ? counts : values.map(() => 1);
  return together(values.map((one, index) => counted(number(one, name), number(times[index], name))));
}

function counted(value: number, times: number): Datum {
  return {
    sum: value * times,
    samples: times,
    least: value,
    most: value,
    distribution: pointDistribution(value, times),
  };
}

/** The Query protocol cannot tell the Value of a datum from that of a dimension: it comes as a text. */
function number(given: unknown, name: string): number {
  const value = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw refused('InvalidParameterValue', `A value of ${name} is ${shown(value)}, but must be a finite number.`);
}

function refused(code: string, message: string): ServiceError {
  return new ServiceError(code, message);
}
