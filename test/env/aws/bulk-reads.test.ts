import { expect, test } from 'vitest';
import { SharedReads } from '../../../env/aws/calls/bulk-reads.ts';
import { Calls } from '../../../env/aws/calls/call.ts';
import { bucketMs, type MetricQuery } from '../../../env/aws/metrics/metric-query.ts';
import { type Answers, fakeClients } from './fake-clients.ts';

const never = () => new Date(0);
const query = (name: string): MetricQuery => ({ namespace: 'AWS/Lambda', name, dimensions: {}, stat: 'Sum' });

/** Each series has one point, whose value is the number in its name. */
function numbered(asked: string[][]): Answers {
  return ({ MetricDataQueries, StartTime }) => {
    const queries = MetricDataQueries as { Id: string; MetricStat: { Metric: { MetricName: string } } }[];
    const names = queries.map(({ MetricStat }) => MetricStat.Metric.MetricName);
    asked.push(names);
    const points = (name: string) => ({ Timestamps: [StartTime], Values: [Number(name)] });
    return {
      MetricDataResults: queries.map(({ Id }, index) => ({ Id, StatusCode: 'Complete', ...points(names[index]!) })),
    };
  };
}

test('services that ask at the same moment are asked for together, and each gets its own', async () => {
  const asked: string[][] = [];
  const shared = new SharedReads(fakeClients({ GetMetricData: numbered(asked) }), 1000, never);
  const services = Array.from({ length: 40 }, (_, service) => ({
    names: Array.from({ length: 20 }, (_, index) => String(100 * service + index)),
    window: { fromMs: service === 7 ? bucketMs : 0, toMs: 5 * bucketMs },
  }));
  const read = await Promise.all(
    services.map(({ names, window }) => shared.for(new Calls(1000)).metrics(names.map(query), window)),
  );
  read.forEach((series, service) => {
    expect(series.map((points) => String(points![0]!.value))).toEqual(services[service]!.names);
  });
  expect(asked.map((names) => names.length).toSorted()).toEqual([20, 280, 500]);
});

test('a call that fails is told to those who share it, and leaves nothing unread of the others', async () => {
  const answer = numbered([]);
  const clients = fakeClients({
    GetMetricData(input) {
      if (JSON.stringify(input).includes('"MetricName":"7"'))
        throw Object.assign(new Error('no'), { name: 'Throttling' });
      return answer(input);
    },
  });
  const shared = new SharedReads(clients, 1000, never);
  const calls = Array.from({ length: 7 }, () => new Calls(1000));
  const read = await Promise.all(
    calls.map((own, service) => {
      const queries = Array.from({ length: 200 }, (_, index) => query(String(200 * service + index)));
      return shared.for(own).metrics(queries, { fromMs: 0, toMs: bucketMs });
    }),
  );
  expect(read.map((series) => series.every((points) => points !== null))).toEqual([
    false,
    false,
    ...Array(5).fill(true),
  ]);
  expect(calls.map((own) => own.takeFaults().map(({ kind }) => kind))).toEqual([
    ['throttled'],
    ['throttled'],
    ...Array(5).fill([]),
  ]);
});

test('groups are asked for once by a hundred names, and what fails is told to everybody', async () => {
  const asked: string[][] = [];
  const shared = new SharedReads(
    fakeClients({
      DescribeAutoScalingGroups({ AutoScalingGroupNames }) {
        asked.push(AutoScalingGroupNames as string[]);
        throw Object.assign(new Error('slow down'), { name: 'Throttling' });
      },
    }),
    1000,
    never,
  );
  const calls = Array.from({ length: 150 }, () => new Calls(1000));
  const groups = await Promise.all(calls.map((one, index) => shared.for(one).groups([`group-${index}`, 'common'])));
  expect(asked.map((names) => names.length)).toEqual([100, 51]);
  expect(groups[9]!.get('group-9')).toMatchObject({ kind: 'throttled' });
  for (const one of calls) expect(one.takeFaults()).toMatchObject([{ kind: 'throttled' }, { kind: 'throttled' }]);
});

test('a parameter that many name is asked for once', async () => {
  const asked: unknown[] = [];
  const shared = new SharedReads(
    fakeClients({
      GetParameter({ Name }) {
        asked.push(Name);
        return { Parameter: { Value: `run ${Name}` } };
      },
    }),
    1000,
    never,
  );
  const names = ['/all', '/one', '/all', '/all'];
  const values = await Promise.all(names.map((name) => shared.for(new Calls(1000)).parameter(name)));
  expect(values.map(({ value }) => value)).toEqual(names.map((name) => `run ${name}`));
  expect(asked).toEqual(['/all', '/one']);
});
