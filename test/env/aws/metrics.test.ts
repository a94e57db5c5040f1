import { describe, expect, test } from 'vitest';
import { ownReads } from '../../../env/aws/calls/bulk-reads.ts';
import { Calls } from '../../../env/aws/calls/call.ts';
import { CloudReader } from '../../../env/aws/metrics/cloud-reader.ts';
import { MetricBook } from '../../../env/aws/metrics/metric-book.ts';
import { allQueries, answerQueries, countQueries, serviceMetrics } from '../../../env/aws/metrics/metric-queries.ts';
import { bucketMs, type MetricQuery, metricKey } from '../../../env/aws/metrics/metric-query.ts';
import { readMetrics } from '../../../env/aws/metrics/metric-reader.ts';
import { Series } from '../../../env/aws/metrics/series.ts';
import { example } from '../twin/open.ts';
import { type Answers, fakeClients } from './fake-clients.ts';

const minute = (index: number) => index * bucketMs;
const window = { fromMs: 0, toMs: minute(5) };

function query(name: string, namespace: MetricQuery['namespace'] = 'AWS/ApplicationELB'): MetricQuery {
  return { namespace, name, dimensions: { LoadBalancer: 'app/x/1' }, stat: 'Sum' };
}

const result = (id: string, points: Readonly<Record<number, unknown>>, StatusCode = 'Complete') => ({
  Id: id,
  StatusCode,
  Timestamps: Object.keys(points).map((start) => new Date(minute(Number(start)))),
  Values: Object.values(points),
});

function read(answer: Answers, count: number) {
  const clients = fakeClients({ GetMetricData: answer });
  const queries = Array.from({ length: count }, (_, index) => query(`Metric${index}`));
  return readMetrics(clients.cloudWatch, new Calls(1000), queries, window);
}

describe('a reading of metrics', () => {
  test('asks for 500 series at once, ascending, and has nothing filled in', async () => {
    const asked: Readonly<Record<string, unknown>>[] = [];
    await read((input) => {
      asked.push(input);
      return { MetricDataResults: [] };
    }, 1001);
    expect(asked.map(({ MetricDataQueries }) => (MetricDataQueries as unknown[]).length)).toEqual([500, 500, 1]);
    expect(asked[0]).toMatchObject({
      ScanBy: 'TimestampAscending',
      StartTime: new Date(0),
      EndTime: new Date(minute(5)),
    });
    expect(JSON.stringify(asked)).not.toMatch(/FILL|Expression|Unit/);
  });

  test('follows its pages to their end, and a token that leads nowhere no further', async () => {
    const pages = [
      { MetricDataResults: [result('m0', { 0: 1 }, 'PartialData')], NextToken: 'a' },
      { MetricDataResults: [result('m0', { 1: 2 }), result('m1', { 0: 5 })] },
    ];
    const series = await read(({ NextToken }) => pages[NextToken === 'a' ? 1 : 0], 2);
    expect(series[0]!.map(({ value }) => value)).toEqual([1, 2]);
    expect(series[1]!.map(({ value }) => value)).toEqual([5]);
    let calls = 0;
    await read(() => ({ MetricDataResults: [], NextToken: `same${Math.min(1, calls++)}` }), 1);
    expect(calls).toBe(3);
  });

  test('leaves a series unread that is missing, partial, refused, or whose times and values do not pair', async () => {
    const series = await read(
      () => ({
        MetricDataResults: [
          result('m0', { 0: 1 }),
          result('m1', { 0: 1 }, 'PartialData'),
          result('m2', {}, 'InternalError'),
          { ...result('m3', { 0: 1, 1: 2 }), Values: [1] },
          { ...result('m4', { 0: 1 }), Timestamps: [new Date(Number.NaN)] },
          { ...result('m5', { 0: 1 }), Timestamps: [new Date(minute(9))] },
          { Id: 'other', StatusCode: 'Complete' },
        ],
      }),
      7,
    );
    expect(series.map((points) => points !== null)).toEqual([true, false, false, false, false, false, false]);
  });

  test('takes no value that cannot be one', async () => {
    const [points] = await read(
      () => ({ MetricDataResults: [result('m0', { 0: Number.NaN, 1: -1, 2: Infinity, 3: 'x', 4: 7 })] }),
      1,
    );
    expect(points!.map(({ value }) => value)).toEqual([null, null, null, null, 7]);
  });

  test('that fails leaves unread what had not been completed', async () => {
    const series = await read(({ NextToken }) => {
      if (NextToken === 'a') throw Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
      return { MetricDataResults: [result('m0', { 0: 1 })], NextToken: 'a' };
    }, 2);
    expect(series.map((points) => points?.length ?? null)).toEqual([1, null]);
  });
});

describe('a series', () => {
  const points = (values: Readonly<Record<number, number | null>>) =>
    Object.entries(values).map(([start, value]) => ({ startMs: minute(Number(start)), value }));

  test('takes each reading in place of the one before, and counts what changed', () => {
    const series = new Series();
    series.take(points({ 0: 10, 1: 5 }), window, minute(7));
    series.take(points({ 0: 10, 1: 9, 2: 3 }), window, minute(8));
    expect([0, 1, 2].map((index) => series.at(minute(index))!.value)).toEqual([10, 9, 3]);
    expect(series.revised).toBe(1);
    expect(series.newestMs).toBe(minute(2));
    expect(series.missing(window)).toBe(2);
  });

  test('that loses what it had tells nothing of what is absent', () => {
    const series = new Series();
    series.take(points({ 0: 1, 1: 1 }), window, minute(7));
    series.take([], { fromMs: 0, toMs: minute(6) }, minute(8));
    expect(series.at(minute(5))!.value).toBe('garbage');
    expect(series.at(minute(0))).toEqual({ value: 1, readAtMs: minute(7) });
  });
});

describe('a count that is absent', () => {
  const [requests, alive, witness] = [query('RequestCount'), query('InService', 'AWS/AutoScaling'), query('Healthy')];
  const point = (index: number, value: number | null = 1) => [{ startMs: minute(index), value }];

  function counted(read: (readonly { startMs: number; value: number | null }[] | null)[]) {
    const book = new MetricBook([requests, alive, witness], { alive: [requests, alive], witness: [witness] });
    book.take(book.queries, read, window, minute(7));
    return book.minute(minute(4), minute(7)).count(requests);
  }

  test('is zero while others are published', () => expect(counted([[], point(4), point(4)])).toBe(0));
  test('is unknown where nothing is', () => expect(counted([[], [], []])).toBeNull());
  test('is unknown where nothing of its namespace is any more', () => {
    expect(counted([[], point(4), point(3)])).toBeNull();
    expect(counted([[], point(4), []])).toBe(0);
  });
  test('is unknown where it was not read', () => expect(counted([null, point(4), point(4)])).toBeNull());
  test('is unknown where it is garbage', () => expect(counted([point(4, null), point(4), point(4)])).toBeNull());

  test('is unknown from an earlier reading', () => {
    const book = new MetricBook([requests, alive], { alive: [alive], witness: [] });
    book.take(book.queries, [point(4), point(4)], window, minute(6));
    expect(book.minute(minute(4), minute(6)).count(requests)).toBe(1);
    expect(book.minute(minute(4), minute(7)).count(requests)).toBeNull();
  });

  test('is unknown until it is older than it ever came after it had been taken for zero', () => {
    const book = new MetricBook([requests, alive], { alive: [alive], witness: [] });
    const always = [0, 1, 2, 3, 4, 5].flatMap((index) => point(index));
    book.take(book.queries, [[], always], window, minute(7));
    expect(book.minute(minute(3), minute(7)).count(requests)).toBe(0);
    book.take(book.queries, [point(3), always], window, minute(8));
    expect(book.series(requests).learnedDelaySeconds).toBe(180);
    expect([1, 4].map((index) => book.minute(minute(index), minute(8)).count(requests))).toEqual([0, 0]);
    book.take(book.queries, [[], always], { fromMs: minute(5), toMs: minute(6) }, minute(8.5));
    expect(book.minute(minute(5), minute(8.5)).count(requests)).toBeNull();
  });

  test('is learned nothing from where everything was late', () => {
    const book = new MetricBook([requests, alive], { alive: [alive], witness: [] });
    book.take(book.queries, [[], []], window, minute(7));
    book.take(book.queries, [point(3), point(3)], window, minute(8));
    expect(book.series(requests).learnedDelaySeconds).toBe(0);
  });
});

describe('the metrics of a deployment', () => {
  test('are each asked for once, and no more than one call holds', async () => {
    for (const name of ['image-classifier', 'weighted-classifier'] as const) {
      const { deployment, profile } = await example(name);
      const keys = allQueries(serviceMetrics(deployment, profile)).map(metricKey);
      expect(new Set(keys).size).toBe(keys.length);
      expect(keys.length).toBeLessThanOrEqual(500);
    }
  });

  test('are less of idle target groups and functions, and are asked for once a minute', async () => {
    const { deployment, profile } = await example('weighted-classifier');
    const asked: number[] = [];
    const clients = fakeClients({
      GetMetricData({ MetricDataQueries }) {
        const queries = MetricDataQueries as { Id: string; MetricStat: { Metric: { MetricName: string } } }[];
        asked.push(queries.length);
        const busy = queries.find(({ MetricStat }) => MetricStat.Metric.MetricName === 'RequestCount')!.Id;
        return { MetricDataResults: queries.map(({ Id }) => result(Id, Id === busy ? { 1: 60 } : {})) };
      },
    });
    const calls = new Calls(1000);
    const reader = new CloudReader(profile, deployment, ownReads(clients, calls), 0);
    for (let tick = 0; tick < 3; tick++) await reader.read(minute(5 + tick), 1);
    const counts = countQueries(reader.metrics).length;
    const each = answerQueries(reader.metrics.targets[0]!).length;
    const functions = reader.metrics.functions.length;
    expect(asked).toEqual([counts + 6 * each + 2 * functions, counts + each + 2, counts + each + 2]);
    await reader.read(minute(7.5), 1);
    expect(asked.length).toBe(3);
  });

  test('name resources as CloudWatch does', async () => {
    const { deployment, profile } = await example('weighted-classifier');
    const { targets, functions, front } = serviceMetrics(deployment, profile);
    expect(targets[1]!.requests.dimensions).toEqual({
      LoadBalancer: 'app/classifier/50dc6c495c0c9188',
      TargetGroup: 'targetgroup/cpu-inception-v3/2222222222222222',
    });
    expect(front!.noTarget.dimensions).toEqual({ LoadBalancer: 'app/classifier/50dc6c495c0c9188' });
    expect(targets[1]!.latency.inTime.map(({ stat }) => stat)).toEqual(['PR(:0.5)', 'PR(:2)']);
    expect(functions[0]!.invocations.dimensions).toEqual({
      FunctionName: 'weighted-classifier-mobilenet-v2',
      Resource: 'weighted-classifier-mobilenet-v2:live',
    });
  });
});
