import { type CloudWatchClient, GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { ImportSeries } from './import-series.ts';

const minuteMs = 60_000;
/** One call asks for a day of each series: 15 calls for what CloudWatch keeps by the minute, each far below 100,800 points. */
const minutesPerCall = 1440;
const mostPages = 100;

export interface ImportRequest {
  readonly client: CloudWatchClient;
  readonly series: ImportSeries;
  /** Whole minutes since 1970; the end is not included. */
  readonly startMinute: number;
  readonly endMinute: number;
  readonly onMinutes: (done: number) => void;
}

/**
 * [minute] Requests that came in it: 0 where a series that is always published shows that nothing came, null where nobody knows.
 * Fails with a sentence where CloudWatch cannot tell: a hole that it owns up to must not become a quiet minute.
 */
export async function importArrivals(request: ImportRequest): Promise<(number | null)[]> {
  const { series, startMinute, endMinute } = request;
  const queries = [...series.demand, ...series.liveness];
  const demand = new Map<number, number>();
  const alive = new Set<number>();
  for (let from = startMinute; from < endMinute; from += minutesPerCall) {
    const to = Math.min(from + minutesPerCall, endMinute);
    for (const { id, minute, value } of await readPoints(request.client, queries, from, to)) {
      if (id.startsWith('demand')) demand.set(minute, (demand.get(minute) ?? 0) + value);
      else alive.add(minute);
    }
    request.onMinutes(to - startMinute);
  }
  return Array.from({ length: endMinute - startMinute }, (_, index) => {
    const minute = startMinute + index;
    return demand.get(minute) ?? (alive.has(minute) ? 0 : null);
  });
}

interface Point {
  readonly id: string;
  readonly minute: number;
  readonly value: number;
}

/** All pages of one window. A point that is no finite number of at least 0 is left out, as if it were absent. */
async function readPoints(
  client: CloudWatchClient,
  MetricDataQueries: MetricDataQuery[],
  fromMinute: number,
  toMinute: number,
): Promise<Point[]> {
  const window = { StartTime: new Date(fromMinute * minuteMs), EndTime: new Date(toMinute * minuteMs) };
  const points: Point[] = [];
  const states = new Map<string, string>();
  let token: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const { MetricDataResults, NextToken } = await client.send(
      new GetMetricDataCommand({
        MetricDataQueries,
        ...window,
        ScanBy: 'TimestampAscending',
        ...(token === undefined ? {} : { NextToken: token }),
      }),
    );
    if (MetricDataResults === undefined) throw new Error('CloudWatch answered without metrics: try again.');
    for (const { Id = '', StatusCode = '', Timestamps = [], Values = [] } of MetricDataResults) {
      states.set(Id, StatusCode);
      Timestamps.forEach((time, index) => {
        const minute = Math.round(time.getTime() / minuteMs);
        const value = Values[index] ?? Number.NaN;
        if (Number.isFinite(value) && value >= 0) points.push({ id: Id, minute, value });
      });
    }
    token = NextToken;
    if (token === undefined || token === '') return refuseHoles(points, states);
  }
  throw new Error(`CloudWatch offers more than ${mostPages} pages for a day: import fewer days.`);
}

function refuseHoles(points: Point[], states: ReadonlyMap<string, string>): Point[] {
  const broken = [...states].filter(([, state]) => state !== 'Complete').map(([id]) => id);
  if (broken.length === 0) return points;
  throw new Error(`CloudWatch could not tell all of ${broken.join(', ')}: try again later.`);
}
