import { type CloudWatchClient, GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { z } from 'zod';
import type { Calls } from '../calls/call.ts';
import { bucketMs, type MetricQuery } from './metric-query.ts';
import type { Point } from './series.ts';
import type { Window } from './window.ts';

/** Of GetMetricData (CloudWatch API reference). */
const mostQueries = 500;
/** More pages than a window of hours has: a token that leads nowhere. */
const mostPages = 50;

/** Not copied, as zod's own arrays are: what is in it is looked at one by one. */
const list = z.custom<readonly unknown[]>(Array.isArray);

const answerShape = z.object({
  MetricDataResults: z.array(
    z.object({
      Id: z.string(),
      StatusCode: z.string().optional(),
      Timestamps: list.optional(),
      Values: list.optional(),
    }),
  ),
  NextToken: z.string().nullish(),
});

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
type Result = Page['MetricDataResults'][number];

/** A status counts for all pages so far; times and values that do not pair break the series. */
function gather(gathered: readonly Gathered[], result: Result, window: Window): void {
  const one = /^m\d+$/.test(result.Id) ? gathered[Number(result.Id.slice(1))] : undefined;
  if (one === undefined || one.status === 'broken') return;
  const { Timestamps: times = [], Values: values = [], StatusCode: status = 'Complete' } = result;
  const starts = times.map((time) => (time instanceof Date ? time.getTime() : Number.NaN));
  if (times.length !== values.length || !starts.every((startMs) => isBucket(startMs, window))) {
    one.status = 'broken';
    return;
  }
  one.status = status;
  starts.forEach((startMs, index) => {
    const value = values[index];
    one.points.push({ startMs, value: typeof value === 'number' && value >= 0 && value < Infinity ? value : null });
  });
}

function isBucket(startMs: number, { fromMs, toMs }: Window): boolean {
  return startMs % bucketMs === 0 && startMs >= fromMs && startMs < toMs;
}
