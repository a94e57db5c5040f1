import { createHash } from 'node:crypto';
import { shown } from '../../shown.ts';
import type { Clock } from '../clock.ts';
import { type Input, type Output, ServiceError } from '../operation.ts';
import { readToken, writeToken } from '../page.ts';
import { type MetricQuery, readQueries } from './metric-query.ts';
import { type Datum, together } from './series.ts';
import type { MetricStore } from './store.ts';

const minuteMs = 60_000;
/** A call never answers more points. */
const mostPoints = 100_800;

interface Points {
  readonly Timestamps: readonly Date[];
  readonly Values: readonly number[];
}

/**
 * Buckets as they can be read now (CloudWatch API reference, GetMetricData): those with a start in [StartTime, EndTime), absent ones left out,
 * at most `MaxDatapoints` to a page. Metric math is refused.
 */
export function getMetricData(store: MetricStore, clock: Clock, input: Input): Output {
  const asked = readInput(input);
  const [position, asOfMs] =
    input.NextToken === undefined ? [0, clock.nowMs()] : readToken(input.NextToken, fingerprint(input));
  let skip = position;
  let room = asked.limit;
  let isCut = false;
  const results: Output[] = [];
  for (const query of asked.queries) {
    const points = read(store, query, asked, asOfMs);
    const from = Math.min(skip, points.Values.length);
    skip -= from;
    const isToldBefore = results.length === 0 && position > 0 && from === points.Values.length;
    if (isToldBefore) continue;
    const to = Math.min(points.Values.length, from + room);
    room -= to - from;
    isCut = to < points.Values.length;
    results.push(result(query, points, from, to, isCut));
    if (isCut) break;
  }
  const NextToken = isCut ? writeToken(fingerprint(input), position + asked.limit - room, asOfMs) : undefined;
  return { MetricDataResults: results, Messages: [], NextToken };
}

function result({ id, label }: MetricQuery, points: Points, from: number, to: number, isCut: boolean): Output {
  return {
    Id: id,
    Label: label,
    Timestamps: points.Timestamps.slice(from, to),
    Values: points.Values.slice(from, to),
    StatusCode: isCut ? 'PartialData' : 'Complete',
  };
}

function read(store: MetricStore, query: MetricQuery, { startMs, endMs, isAscending }: Asked, asOfMs: number): Points {
  const series = store.find(query.metric);
  const Timestamps: Date[] = [];
  const Values: number[] = [];
  if (series !== null) {
    const first = Math.floor(Math.max(startMs, series.oldestMs) / query.periodMs) * query.periodMs;
    const last = Math.min(endMs - 1, series.newestMs);
    for (let bucketMs = first; bucketMs <= last; bucketMs += query.periodMs) {
      const data: Datum[] = [];
      for (let minute = bucketMs; minute < bucketMs + query.periodMs; minute += minuteMs) {
        const bucket = store.visible(series, minute, asOfMs);
        if (bucket !== null) data.push(bucket);
      }
      const value = data.length === 0 ? null : query.statistic(together(data));
      if (value === null) continue;
      Timestamps.push(new Date(bucketMs));
      Values.push(value);
    }
  }
  return isAscending ? { Timestamps, Values } : { Timestamps: Timestamps.reverse(), Values: Values.reverse() };
}

type Asked = ReturnType<typeof readInput>;

function readInput(input: Input) {
  const {
    StartTime: start,
    EndTime: end,
    ScanBy: scan = 'TimestampDescending',
    MaxDatapoints: limit = mostPoints,
  } = input;
  if (!(start instanceof Date) || !(end instanceof Date)) throw invalid('StartTime and EndTime must be given.');
  if (start >= end) throw invalid('The parameter StartTime must be less than the parameter EndTime.');
  if (scan !== 'TimestampDescending' && scan !== 'TimestampAscending') {
    throw invalid(`ScanBy is ${shown(scan)}, but must be TimestampDescending or TimestampAscending.`);
  }
  if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 1 || limit > mostPoints) {
    throw invalid(`MaxDatapoints must be a whole number from 1 to ${mostPoints}.`);
  }
  return {
    queries: readQueries(input.MetricDataQueries),
    startMs: Math.floor(start.getTime() / minuteMs) * minuteMs,
    endMs: end.getTime(),
    isAscending: scan === 'TimestampAscending',
    limit,
  };
}

/** A token is good for the request that it was given for. */
function fingerprint({ NextToken: _, ...asked }: Input): string {
  return createHash('sha256').update(JSON.stringify(asked)).digest('base64url').slice(0, 22);
}

function invalid(message: string): ServiceError {
  return new ServiceError('ValidationError', message);
}
