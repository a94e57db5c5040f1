import {
  type CloudWatchClient,
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  ListMetricsCommand,
  type MetricDatum,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Twin } from '../../../env/twin/twin.ts';
import { balancer, cpuTargets, group, inService, query, readSeries, requestCount } from './metrics.ts';
import { openExample, startedAt } from './open.ts';
import { cloudWatchIn, protocolNames } from './protocols.ts';

const latency = (stat: string) => ['AWS/ApplicationELB', 'TargetResponseTime', cpuTargets, stat] as const;
const minute = (number: number) => new Date(startedAt.getTime() + 60_000 * number);

let twin: Twin;
let client: CloudWatchClient;
beforeAll(async () => {
  twin = await openExample('weighted-classifier', { initialVms: [6] });
  client = cloudWatchIn('json', twin);
  twin.advance(1800);
});
afterAll(async () => {
  client.destroy();
  await twin.close();
});

const all: GetMetricDataCommandInput = {
  MetricDataQueries: [
    query('requests', requestCount),
    query('median', latency('p50')),
    query('absent', ['AWS/ApplicationELB', 'HTTPCode_ELB_503_Count', balancer, 'Sum']),
    query('tail', latency('p99.9')),
    query('size', inService),
  ],
  StartTime: minute(0),
  EndTime: minute(30),
};
const get = (input: Partial<GetMetricDataCommandInput> = {}, by = client) =>
  by.send(new GetMetricDataCommand({ ...all, ...input }));
const names = async (work: Promise<unknown>) =>
  work.then(
    () => 'nothing',
    (error: Error) => error.name,
  );

describe('the three protocols of CloudWatch', () => {
  test('say the same of metrics, with times as times', async () => {
    const answers = [];
    for (const name of protocolNames) {
      const other = cloudWatchIn(name, twin);
      const { MetricDataResults } = await get({}, other);
      answers.push(MetricDataResults);
      expect(MetricDataResults![0]!.Timestamps![0]).toBeInstanceOf(Date);
      other.destroy();
    }
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
    expect(answers[0]!.map(({ Values }) => Values!.length)).toEqual([29, 29, 0, 29, 29]);
  });

  test('list the same metrics', async () => {
    const lists = [];
    for (const name of protocolNames) {
      const other = cloudWatchIn(name, twin);
      lists.push((await other.send(new ListMetricsCommand({ Namespace: 'AWS/EC2' }))).Metrics);
      other.destroy();
    }
    expect(lists[0]).toEqual([
      {
        Namespace: 'AWS/EC2',
        MetricName: 'CPUUtilization',
        Dimensions: [{ Name: 'AutoScalingGroupName', Value: group.AutoScalingGroupName }],
      },
    ]);
    expect(lists[1]).toEqual(lists[0]);
    expect(lists[2]).toEqual(lists[0]);
  });

  test.each(protocolNames)('refuse by the same name (%s)', async (name) => {
    const other = cloudWatchIn(name, twin);
    expect(await names(get({ EndTime: minute(0) }, other))).toBe('ValidationException');
    expect(await names(get({ NextToken: 'made-up' }, other))).toBe('InvalidNextToken');
    other.destroy();
  });

  test.each(protocolNames)('take what somebody puts, however long (%s)', async (name) => {
    const other = cloudWatchIn(name, twin);
    const Dimensions = [{ Name: 'Protocol', Value: name }];
    const datum = (Value: number): MetricDatum => ({
      MetricName: 'Depth & <width>',
      Dimensions,
      Value,
      Timestamp: minute(29),
    });
    // Long enough to come packed; not so in CBOR, where the SDK states the length that it had before, and hangs.
    const count = name === 'cbor' ? 100 : 200;
    await other.send(
      new PutMetricDataCommand({
        Namespace: 'Mine',
        MetricData: Array.from({ length: count }, (_, index) => datum(index)),
      }),
    );
    const metric = ['Mine', 'Depth & <width>', { Protocol: name }] as const;
    const read = (stat: string) => readSeries(client, [...metric, stat], { from: minute(0), to: minute(30) });
    expect(await read('SampleCount')).toEqual([[29, count]]);
    expect(await read('Average')).toEqual([[29, (count - 1) / 2]]);
    expect(await read('Maximum')).toEqual([[29, count - 1]]);
    expect((await read('p50'))[0]![1]).toBeCloseTo(count / 2, -1);
    expect(
      await names(other.send(new PutMetricDataCommand({ Namespace: 'Mine', MetricData: [datum(Number.NaN)] }))),
    ).toMatch(/^InvalidParameterValue/);
    other.destroy();
  });
});

describe('GetMetricData', () => {
  test.each([1, 2, 7, 29, 30, 1000])('joins its pages of %i to what one page says', async (MaxDatapoints) => {
    for (const ScanBy of ['TimestampAscending', 'TimestampDescending'] as const) {
      const whole = (await get({ ScanBy })).MetricDataResults!;
      const joined = new Map<string, { times: Date[]; values: number[] }>();
      let NextToken: string | undefined;
      do {
        const page = await get({ ScanBy, MaxDatapoints, NextToken });
        const points = page.MetricDataResults!.flatMap(({ Values }) => Values!);
        expect(points.length).toBeLessThanOrEqual(MaxDatapoints);
        for (const { Id, Timestamps, Values } of page.MetricDataResults!) {
          const before = joined.get(Id!) ?? { times: [], values: [] };
          joined.set(Id!, { times: [...before.times, ...Timestamps!], values: [...before.values, ...Values!] });
        }
        NextToken = page.NextToken;
      } while (NextToken !== undefined);
      expect([...joined]).toEqual(
        whole.map(({ Id, Timestamps, Values }) => [Id, { times: Timestamps, values: Values }]),
      );
    }
  });

  test('refuses a token of another question', async () => {
    const { NextToken } = await get({ MaxDatapoints: 3 });
    expect(await names(get({ MaxDatapoints: 4, NextToken }))).toBe('InvalidNextToken');
  });

  test('answers for the later pages as of the first one', async () => {
    const own = await openExample('weighted-classifier');
    const other = cloudWatchIn('json', own);
    own.advance(600);
    const whole = (await get({}, other)).MetricDataResults!.flatMap(({ Values }) => Values!);
    const { MetricDataResults: first, NextToken } = await get({ MaxDatapoints: 4 }, other);
    own.advance(180);
    const { MetricDataResults: second } = await get({ MaxDatapoints: 4, NextToken }, other);
    const joined = [...first!, ...second!].flatMap(({ Values }) => Values!);
    expect(joined).toEqual(whole.slice(0, 8));
    other.destroy();
    await own.close();
  });

  test('gives the share of answers within a time, which the percentiles agree with', async () => {
    const [[, median]] = (await readSeries(client, latency('p50'), { from: minute(3), to: minute(4) })) as [
      [0, number],
    ];
    const rank = await readSeries(client, latency(`PR(:${median})`), { from: minute(3), to: minute(4) });
    expect(rank[0]![1]).toBeCloseTo(50, 1);
    const [, between] = (await readSeries(client, latency('PR(0:1000)'), { from: minute(3), to: minute(4) }))[0]!;
    expect(between).toBeCloseTo(100, 6);
  });

  test('adds the minutes of a longer period', async () => {
    const minutes = await readSeries(client, requestCount, { from: minute(0), to: minute(25) });
    const fives = await readSeries(client, requestCount, { from: minute(0), to: minute(25), period: 300 });
    expect(fives).toHaveLength(5);
    expect(fives[0]![1]).toBe(minutes.slice(0, 5).reduce((sum, [, value]) => sum + value, 0));
  });

  test.each([
    ['a statistic that does not exist', [query('m', ['AWS/EC2', 'CPUUtilization', group, 'Mean'])]],
    ['a period that is no minute', [query('m', inService, 90)]],
    ['an id that begins with a capital', [query('M', inService)]],
    ['an id twice', [query('m', inService), query('m', requestCount)]],
    ['an expression', [{ Id: 'm', Expression: 'FILL(m1, 0)' }]],
    ['more than 500 queries', Array.from({ length: 501 }, (_, index) => query(`m${index}`, inService))],
  ])('refuses %s', async (_, MetricDataQueries) => {
    expect(await names(get({ MetricDataQueries }))).toBe('ValidationException');
  });
});

test('a metric that nobody has measured is empty, not zero', async () => {
  expect(
    await readSeries(client, ['AWS/Lambda', 'Invocations', { FunctionName: 'x' }, 'Sum'], {
      from: minute(0),
      to: minute(30),
    }),
  ).toEqual([]);
});

test('ListMetrics finds by namespace, name and dimension, and only what can be read', async () => {
  const list = async (input: object) => (await client.send(new ListMetricsCommand(input))).Metrics!;
  const ofTarget = await list({ Dimensions: [{ Name: 'TargetGroup', Value: cpuTargets.TargetGroup }] });
  expect(ofTarget.map(({ MetricName }) => MetricName)).toContain('RequestCount');
  expect(ofTarget.every(({ Namespace }) => Namespace === 'AWS/ApplicationELB')).toBe(true);
  expect(await list({ MetricName: 'GroupDesiredCapacity', RecentlyActive: 'PT3H' })).toHaveLength(1);
  const young = await openExample('weighted-classifier');
  young.advance(119);
  const fresh = cloudWatchIn('json', young);
  expect((await fresh.send(new ListMetricsCommand({}))).Metrics).toEqual([]);
  young.advance(1);
  expect((await fresh.send(new ListMetricsCommand({}))).Metrics).not.toEqual([]);
  fresh.destroy();
  await young.close();
});

test('ListMetrics joins its pages to all that was put, each once', async () => {
  const own = await openExample('weighted-classifier');
  const other = cloudWatchIn('json', own);
  const MetricData = Array.from({ length: 700 }, (_, index) => ({ MetricName: `m${index}`, Value: index }));
  await other.send(new PutMetricDataCommand({ Namespace: 'Many', MetricData }));
  const names: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await other.send(new ListMetricsCommand({ Namespace: 'Many', NextToken }));
    expect(page.Metrics!.length).toBeLessThanOrEqual(500);
    names.push(...page.Metrics!.map(({ MetricName }) => MetricName!));
    ({ NextToken } = page);
  } while (NextToken !== undefined);
  expect(names).toEqual(MetricData.map(({ MetricName }) => MetricName));
  other.destroy();
  await own.close();
});

test('PutMetricData puts all or nothing', async () => {
  const own = await openExample('weighted-classifier');
  const other = cloudWatchIn('json', own);
  const put = (MetricData: MetricDatum[]) => other.send(new PutMetricDataCommand({ Namespace: 'Mine', MetricData }));
  const bad: [string, MetricDatum][] = [
    ['infinite', { MetricName: 'b', Value: Infinity }],
    ['of no value', { MetricName: 'b' }],
    ['too old', { MetricName: 'b', Value: 1, Timestamp: new Date(0) }],
    ['from the future', { MetricName: 'b', Value: 1, Timestamp: minute(24 * 60) }],
    ['without a name', { MetricName: '', Value: 1 }],
  ];
  for (const [what, datum] of bad) {
    expect(await names(put([{ MetricName: 'a', Value: 1 }, datum])), what).not.toBe('nothing');
  }
  expect((await other.send(new ListMetricsCommand({ Namespace: 'Mine' }))).Metrics).toEqual([]);
  await put([{ MetricName: 'a', StatisticValues: { SampleCount: 4, Sum: 10, Minimum: 1, Maximum: 4 } }]);
  const read = (stat: string) => readSeries(other, ['Mine', 'a', {}, stat], { from: minute(0), to: minute(1) });
  expect(await read('Average')).toEqual([[0, 2.5]]);
  expect(await read('p50'), 'a set of statistics has no percentiles').toEqual([]);
  other.destroy();
  await own.close();
});
