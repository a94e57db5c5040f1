import { type CloudWatchClient, GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { z } from 'zod';
import type { Calls } from '../calls/call.ts';
import { bucketMs, type MetricQuery } from './metric-query.ts';
import type { Point } from './series.ts';
import type { Window } from './window.ts';

/** Of one call of GetMetricData (CloudWatch API reference). */
export const mostQueries = 500;
/** More pages than a window of hours has: a token that leads nowhere. */
const mostPages = 50;

interface Result {
  readonly Id: string;
  readonly StatusCode?: string;
  readonly Timestamps?: readonly unknown[];
  readonly Values?: readonly unknown[];
}

/** Not copied member by member, as zod's own arrays and objects are: of a thousand services there are 12,000. */
const results = z.custom<readonly Result[]>((value) => Array.isArray(value) && value.every(isResult), {
  message: 'not all of its members are results',
});

function isResult(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { Id, StatusCode, Timestamps, Values } = value as { readonly [member in keyof Result]: unknown };
  const isList = (list: unknown) => list === undefined || Array.isArray(list);
  const isText = (text: unknown) => text === undefined || typeof text === 'string';
  return typeof Id === 'string' && isText(StatusCode) && isList(Timestamps) && isList(Values);
}

const answerShape = z.object({ MetricDataResults: results, NextToken: z.string().nullish() });

interface Gathered {
  readonly points: Point[];
  status: string;
}

/** [query] Its points; null: it was not read as a whole, so that nothing can be said of what is absent. */
export type ReadSeries = readonly (readonly Point[] | null)[];

/** One call for up to 500 series, and its further pages. Never throws, and never has CloudWatch fill what is missing. */
export async function readMetrics(
  client: CloudWatchClient,
  calls: Calls,
  queries: readonly MetricQuery[],
  window: Window,
): Promise<ReadSeries> {
  const parts = Array.from({ length: Math.ceil(queries.length / mostQueries) }, (_, part) =>
    readPart(client, calls, queries.slice(part * mostQueries, (part + 1) * mostQueries), window),
  );
  return (await Promise.all(parts)).flat();
}

async function readPart(
  client: CloudWatchClient,
  calls: Calls,
  queries: readonly MetricQuery[],
  window: Window,
): Promise<ReadSeries> {
  const gathered = queries.map((): Gathered => ({ points: [], status: 'missing' }));
  const seen = new Set<string>();
  let token: string | null = null;
  for (let page = 0; page < mostPages; page++) {
    const answer: Page | null = await readPage(client, calls, queries, window, token);
    for (const result of answer?.MetricDataResults ?? []) gather(gathered, result, window);
    token = answer?.NextToken ?? null;
    if (token === null || token === '' || seen.has(token)) break;
    seen.add(token);
  }
  return gathered.map(({ points, status }) => (status === 'Complete' ? points : null));
}

async function readPage(
  client: CloudWatchClient,
  calls: Calls,
  queries: readonly MetricQuery[],
  { fromMs, toMs }: Window,
  token: string | null,
): Promise<Page | null> {
  const command = new GetMetricDataCommand({
    MetricDataQueries: queries.map(asked),
    StartTime: new Date(fromMs),
    EndTime: new Date(toMs),
    ScanBy: 'TimestampAscending',
    ...(token === null ? {} : { NextToken: token }),
  });
  const answer = await calls.read({
    operation: 'GetMetricData',
    client,
    send: (options) => client.send(command, options),
    shape: answerShape,
  });
  return answer.value;
}

function asked(query: MetricQuery, index: number): MetricDataQuery {
  let MetricStat = known.get(query);
  if (MetricStat === undefined) {
    MetricStat = statOf(query);
    known.set(query, MetricStat);
  }
  return { Id: `m${index}`, MetricStat };
}

/** A query is asked again every minute, of a thousand services ten thousand at once. */
const known = new WeakMap<MetricQuery, NonNullable<MetricDataQuery['MetricStat']>>();

function statOf({ namespace, name, dimensions, stat }: MetricQuery): NonNullable<MetricDataQuery['MetricStat']> {
  return {
    Metric: {
      Namespace: namespace,
      MetricName: name,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    },
    Period: bucketMs / 1000,
    Stat: stat,
  };
}

type Page = z.infer<typeof answerShape>;

/** A status counts for all pages so far; times and values that do not pair break the series. */
function gather(gathered: readonly Gathered[], result: Result, window: Window): void {
  const one = /^m\d+$/.test(result.Id) ? gathered[Number(result.Id.slice(1))] : undefined;
  if (one === undefined || one.status === 'broken') return;
  const { Timestamps: times = [], Values: values = [], StatusCode: status = 'Complete' } = result;
  if (times.length !== values.length || !times.every((time) => isBucket(msOf(time), window))) {
    one.status = 'broken';
    return;
  }
  one.status = status;
  for (let index = 0; index < times.length; index++) {
    const value = values[index];
    const isCount = typeof value === 'number' && value >= 0 && value < Infinity;
    one.points.push({ startMs: msOf(times[index]), value: isCount ? value : null });
  }
}

/** A time of the SDK's, or as the wire has it (plain-json.ts): seconds since 1970. */
function msOf(time: unknown): number {
  if (typeof time === 'number') return time * 1000;
  return time instanceof Date ? time.getTime() : Number.NaN;
}

function isBucket(startMs: number, { fromMs, toMs }: Window): boolean {
  return startMs % bucketMs === 0 && startMs >= fromMs && startMs < toMs;
}
