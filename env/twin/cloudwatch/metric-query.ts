import { shown } from '../../shown.ts';
import { ServiceError } from '../operation.ts';
import type { Dimension, MetricName } from './series.ts';
import { type Statistic, statisticNamed } from './statistic.ts';

export interface MetricQuery {
  readonly id: string;
  readonly label: string;
  readonly metric: MetricName;
  readonly periodMs: number;
  readonly statistic: Statistic;
}

/** Per call (GetMetricData, API reference). */
const mostQueries = 500;
const mostDimensions = 30;

type Members = Readonly<Record<string, unknown>>;

/** Those whose data are to be returned. */
export function readQueries(given: unknown): MetricQuery[] {
  if (!Array.isArray(given) || given.length === 0) throw missing('The parameter MetricDataQueries is required.');
  if (given.length > mostQueries) throw invalid(`At most ${mostQueries} MetricDataQueries can be given.`);
  const queries = given.map(readQuery);
  if (new Set(queries.map(({ id }) => id)).size < queries.length)
    throw invalid('The ids of MetricDataQueries must differ.');
  return queries.filter((_, index) => (given[index] as Members).ReturnData !== false);
}

function readQuery(given: unknown): MetricQuery {
  const { Id: id, Label: label, MetricStat: stat, Expression: expression } = membersOf(given, 'MetricDataQueries');
  if (typeof id !== 'string' || !/^[a-z]\w{0,254}$/.test(id)) {
    throw invalid(`The id ${shown(id)} must begin with a small letter and hold letters, digits and _ only.`);
  }
  if (expression !== undefined) throw invalid(`The twin computes no expressions, as that of ${id}.`);
  const { Metric: metric, Period: period, Stat: statistic } = membersOf(stat, `${id}.MetricStat`);
  if (typeof period !== 'number' || !Number.isInteger(period / 60) || period < 60 || period > 86_400) {
    throw invalid(`The period of ${id} must be a multiple of 60 seconds up to 86400: the twin has no shorter buckets.`);
  }
  const name = readMetric(metric);
  return {
    id,
    label: typeof label === 'string' ? label : name.name,
    metric: name,
    periodMs: 1000 * period,
    statistic: statisticNamed(statistic),
  };
}

/** Throws a ServiceError for what is no metric. */
export function readMetric(given: unknown): MetricName {
  const { Namespace: namespace, MetricName: name, Dimensions: dimensions = [] } = membersOf(given, 'Metric');
  if (typeof namespace !== 'string' || typeof name !== 'string')
    throw missing('Namespace and MetricName are required.');
  return { namespace, name, dimensions: readDimensions(dimensions) };
}

export function readDimensions(given: unknown): Dimension[] {
  if (given === '') return [];
  if (!Array.isArray(given) || given.length > mostDimensions) throw invalid('Dimensions must be a list of at most 30.');
  return given.map((one) => {
    const { Name, Value } = membersOf(one, 'Dimensions');
    if (typeof Name !== 'string' || typeof Value !== 'string') throw missing('A dimension has a Name and a Value.');
    return { Name, Value };
  });
}

export function membersOf(given: unknown, what: string): Members {
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) return given as Members;
  throw missing(`The parameter ${what} is required, and is a structure.`);
}

function invalid(message: string): ServiceError {
  return new ServiceError('ValidationError', message);
}

function missing(message: string): ServiceError {
  return new ServiceError('MissingParameter', message);
}
