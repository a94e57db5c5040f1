import { gzipSync } from 'node:zlib';
import { DescribeAutoScalingGroupsCommand, SetDesiredCapacityCommand } from '@aws-sdk/client-auto-scaling';
import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { GetAliasCommand } from '@aws-sdk/client-lambda';
import { cbor } from '@smithy/core/cbor';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Fault } from '../../../env/twin/faults/fault.ts';
import { serviceNames } from '../../../env/twin/operation.ts';
import { openTwin, type Twin } from '../../../env/twin/twin.ts';
import { inService, query } from './metrics.ts';
import { clientsOf, openExample, startedAt } from './open.ts';

let twin: Twin;
beforeAll(async () => {
  twin = await openExample('weighted-classifier', { initialVms: [4] });
});
afterAll(() => twin.close());

const signed = (service: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=AKIA/20261122/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
});
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const json = (target: string) => ({ 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': target });

async function ask(body: string | Uint8Array, headers: Record<string, string>, path = '/', method = 'POST') {
  const response = await fetch(`${twin.url}${path}`, { method, headers, ...(method === 'GET' ? {} : { body }) });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

describe('what cannot be read is refused with a reason', () => {
  const target = 'GraniteServiceVersion20100801.GetMetricData';
  test.each([
    ['no signature', '', {}, 403, 'SigV4'],
    ['a service that the twin has not', '', signed('s3'), 403, 'SigV4'],
    ['a form without an action', 'A=1', { ...signed('autoscaling'), ...form }, 400, 'MissingAction'],
    ['an action that is none', 'Action=Explode', { ...signed('autoscaling'), ...form }, 400, 'InvalidAction'],
    [
      'an action by the name of a property of all objects',
      'Action=constructor',
      { ...signed('sts'), ...form },
      400,
      'InvalidAction',
    ],
    [
      'a number that is none',
      'Action=SetDesiredCapacity&DesiredCapacity=many',
      { ...signed('autoscaling'), ...form },
      400,
      'DesiredCapacity',
    ],
    ['a value that is a structure too', 'Action=X&A=1&A.B=2', { ...signed('autoscaling'), ...form }, 400, 'structure'],
    [
      'a target of another service',
      '{}',
      { ...signed('monitoring'), ...json('Logs.GetMetricData') },
      400,
      'UnknownOperation',
    ],
    ['half a JSON', '{"a":', { ...signed('monitoring'), ...json(target) }, 400, 'no JSON'],
    ['a JSON that is a list', '[]', { ...signed('monitoring'), ...json(target) }, 400, 'JSON object'],
    [
      'a JSON nested too deep',
      `${'{"a":'.repeat(200)}1${'}'.repeat(200)}`,
      { ...signed('monitoring'), ...json(target) },
      400,
      'deep',
    ],
    [
      'a time that is a text',
      '{"StartTime":"2026-11-22T10:00:00Z"}',
      { ...signed('monitoring'), ...json(target) },
      400,
      'StartTime',
    ],
    [
      'a packed body that is not packed',
      'x',
      { ...signed('monitoring'), ...json(target), 'content-encoding': 'gzip' },
      400,
      'gzip',
    ],
    [
      'a CBOR that ends too soon',
      Uint8Array.of(0xbf),
      { ...signed('monitoring'), 'smithy-protocol': 'rpc-v2-cbor' },
      400,
      'UnknownOperation',
    ],
  ] as const)('%s', async (_, body, headers, status, reason) => {
    const answer = await ask(body, headers as Record<string, string>);
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(reason);
  });

  test('a body longer than any request, also one that only becomes so', async () => {
    const headers = { ...signed('monitoring'), ...json(target) };
    expect((await ask(new Uint8Array(7 * 1024 * 1024), headers)).status).toBe(413);
    const bomb = gzipSync(new Uint8Array(64 * 1024 * 1024));
    expect((await ask(bomb, { ...headers, 'content-encoding': 'gzip' })).status).toBe(413);
  });

  test('a path that is none of Lambda', async () => {
    expect((await ask('', signed('lambda'), '/2015-03-31/layers', 'GET')).status).toBe(404);
    const missing = await ask('', signed('lambda'), '/2015-03-31/functions/%ff/configuration', 'GET');
    expect(missing.status).toBe(400);
    expect(missing.headers.get('x-amzn-errortype')).toBe('InvalidParameterValueException');
  });
});

test('whatever comes, the answer is a refusal or a result, and the twin goes on', async () => {
  const operations = [
    'GetMetricData PutMetricData ListMetrics',
    'DescribeAutoScalingGroups DescribeScalingActivities SetDesiredCapacity SuspendProcesses CreateOrUpdateTags DescribeTags',
    'DescribeRules ModifyRule DescribeTargetHealth',
    '',
    'GetItem PutItem UpdateItem',
    'GetParameter',
    'GetCallerIdentity',
  ].map((names) => names.split(' '));
  const member = fc.constantFrom(
    'MetricDataQueries',
    'MetricData',
    'Namespace',
    'StartTime',
    'AutoScalingGroupName',
    'DesiredCapacity',
    'Tags',
    'Tags.member.1.Key',
    'RuleArn',
    'Actions',
    'Actions.member.1',
    'TableName',
    'Key',
    'Name',
    'NextToken',
    'MaxRecords',
    'Dimensions',
    '__proto__',
    'a.b.c',
  );
  await fc.assert(
    fc.asyncProperty(
      fc.nat(serviceNames.length - 1),
      fc.nat(20),
      fc.dictionary(member, fc.jsonValue({ maxDepth: 3 })),
      fc.constantFrom('query', 'json', 'cbor'),
      async (service, choice, members, protocol) => {
        const names = operations[service]!;
        const operation = names[choice % names.length]!;
        const targets = {
          monitoring: 'GraniteServiceVersion20100801',
          dynamodb: 'DynamoDB_20120810',
          ssm: 'AmazonSSM',
        };
        const name = serviceNames[service]!;
        const target = `${targets[name as keyof typeof targets] ?? 'X'}.${operation}`;
        const fields = new URLSearchParams({
          Action: operation,
          ...Object.fromEntries(Object.entries(members).map(([key, value]) => [key, JSON.stringify(value)])),
        });
        const [body, more, path] =
          protocol === 'query'
            ? [fields.toString(), form, '/']
            : protocol === 'json'
              ? [JSON.stringify(members), json(target), '/']
              : [
                  cbor.serialize({ ...members }) as Uint8Array,
                  { 'smithy-protocol': 'rpc-v2-cbor' },
                  `/service/GraniteServiceVersion20100801/operation/${operation}`,
                ];
        const answer = await ask(
          body as string,
          { ...signed(name), ...(more as Record<string, string>) },
          path as string,
        );
        expect(answer.status, `${name} ${operation} ${answer.text}`).toBeLessThan(500);
      },
    ),
    { numRuns: 400, seed: 7 },
  );
  expect((await ask('Action=GetCallerIdentity', { ...signed('sts'), ...form })).status).toBe(200);
});

describe('the control', () => {
  const post = (path: string, body: string, headers = {}) => ask(body, headers, `/_twin/${path}`);

  test('advances a time that stands still, and tells it', async () => {
    const before = JSON.parse((await ask('', {}, '/_twin/time', 'GET')).text);
    expect(before).toEqual({ now: twin.nowMs(), speed: null });
    expect(JSON.parse((await post('advance', '{"seconds": 90}')).text).now).toBe(before.now + 90_000);
  });

  test.each(['', '{"seconds": -1}', '{"seconds": 1e9}', '{"seconds": "60"}', 'null', '{"minutes": 1}'])(
    'refuses %s',
    async (body) => {
      const answer = await post('advance', body);
      expect(answer.status).toBe(400);
      expect(JSON.parse(answer.text).error).toMatch(/seconds/);
    },
  );

  test('takes a fault, and refuses what is none', async () => {
    const own = await openExample('weighted-classifier');
    const inject = (body: string) => fetch(`${own.url}/_twin/faults`, { method: 'POST', body });
    expect((await inject('{"kind": "throttle", "for": 60, "service": "autoscaling"}')).status).toBe(200);
    const clients = clientsOf(own);
    const describe_ = () => clients.autoScaling.send(new DescribeAutoScalingGroupsCommand({}));
    await expect(describe_()).rejects.toMatchObject({ name: 'Throttling' });
    own.advance(60);
    expect((await describe_()).AutoScalingGroups).toHaveLength(1);
    const refused = await inject('{"kind": "thunder"}');
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain('kind');
    clients.close();
    await own.close();
  });

  test('is deaf to pages in a browser and to other names', async () => {
    expect((await post('advance', '{"seconds": 60}', { origin: 'https://example.org' })).status).toBe(403);
    expect((await ask('', {}, '/_twin/other', 'GET')).status).toBe(404);
  });
});

describe('faults of calls', () => {
  const failing = (kind: Fault['kind']): Fault => ({
    kind,
    atSeconds: 0,
    forSeconds: 600,
    service: null,
    operation: null,
    resource: null,
    strength: 1,
  });
  async function suffering(kind: Fault['kind']) {
    const own = await openExample('weighted-classifier', { initialVms: [4], faults: [failing(kind)] });
    const clients = clientsOf(own);
    const set = clients.autoScaling.send(
      new SetDesiredCapacityCommand({ AutoScalingGroupName: 'weighted-classifier-cpu', DesiredCapacity: 5 }),
    );
    const get = clients.cloudWatch.send(
      new GetMetricDataCommand({
        MetricDataQueries: [query('m', inService)],
        StartTime: startedAt,
        EndTime: new Date(own.nowMs() + 60_000),
      }),
    );
    const alias = clients.lambda.send(
      new GetAliasCommand({ FunctionName: 'weighted-classifier-xception', Name: 'live' }),
    );
    const [setting, getting, asking] = await Promise.allSettled([set, get, alias]);
    const { desired } = own.groups.all[0]!;
    clients.close();
    await own.close();
    return { setting, getting, asking, desired, calls: own.requests.length };
  }
  const nameOf = (result: PromiseSettledResult<unknown>) =>
    result.status === 'rejected' ? result.reason.name : 'done';

  test.each([
    ['throttle', 'Throttling', 'ThrottlingException', 'TooManyRequestsException'],
    ['deny', 'AccessDenied', 'AccessDenied', 'AccessDeniedException'],
    ['expired-token', 'ExpiredToken', 'ExpiredToken', 'ExpiredTokenException'],
  ] as const)('%s: refused by the names of the wire, and not performed', async (kind, ...names) => {
    const { setting, getting, asking, desired } = await suffering(kind);
    const bare = (name: string) => name.replace(/Exception$/, '');
    expect([setting, getting, asking].map(nameOf).map(bare)).toEqual(names.map(bare));
    expect(desired).toBe(4);
  });

  test('lost-answer: performed, and nobody is told', async () => {
    const { setting, desired } = await suffering('lost-answer');
    expect(setting.status).toBe('rejected');
    expect(desired).toBe(5);
  });

  test('empty-body: performed, and answered with nothing', async () => {
    const { getting, desired } = await suffering('empty-body');
    expect(getting).toMatchObject({ status: 'fulfilled' });
    expect(
      (getting as PromiseFulfilledResult<{ MetricDataResults?: unknown }>).value.MetricDataResults,
    ).toBeUndefined();
    expect(desired).toBe(5);
  });

  test.each(['html-503', 'reset'] as const)('%s: not performed', async (kind) => {
    const { setting, getting, desired } = await suffering(kind);
    expect([setting.status, getting.status]).toEqual(['rejected', 'rejected']);
    expect(desired).toBe(4);
  });

  test('hang: not performed, never answered', async () => {
    const own = await openExample('weighted-classifier', { initialVms: [4], faults: [failing('hang')] });
    const body = 'Action=SetDesiredCapacity&AutoScalingGroupName=weighted-classifier-cpu&DesiredCapacity=5';
    const asked = fetch(own.url, {
      method: 'POST',
      headers: { ...signed('autoscaling'), ...form },
      body,
      signal: AbortSignal.timeout(300),
    });
    await expect(asked).rejects.toThrow();
    expect(own.groups.all[0]!.desired).toBe(4);
    await own.close();
  });

  test('partial-data: the newer half is missing, and said to be', async () => {
    const own = await openExample('weighted-classifier', { initialVms: [4] });
    own.advance(660);
    own.inject({ ...failing('partial-data'), atSeconds: 600 });
    const clients = clientsOf(own);
    for (const ScanBy of ['TimestampAscending', 'TimestampDescending'] as const) {
      const { MetricDataResults } = await clients.cloudWatch.send(
        new GetMetricDataCommand({
          MetricDataQueries: [query('m', inService)],
          StartTime: startedAt,
          EndTime: new Date(own.nowMs()),
          ScanBy,
        }),
      );
      const [{ Timestamps, StatusCode }] = MetricDataResults as [{ Timestamps: Date[]; StatusCode: string }];
      expect(StatusCode).toBe('PartialData');
      expect(
        Timestamps.map((time) => (time.getTime() - startedAt.getTime()) / 60_000).toSorted((a, b) => a - b),
      ).toEqual([0, 1, 2, 3, 4]);
    }
    clients.close();
    await own.close();
  });
});

test('same options and same calls, same bytes', async () => {
  async function bytes() {
    const own = await openExample('weighted-classifier', { initialVms: [4] });
    const said: string[] = [];
    const call = async (body: string, service = 'autoscaling') => {
      const response = await fetch(own.url, { method: 'POST', headers: { ...signed(service), ...form }, body });
      said.push(
        `${JSON.stringify([...response.headers].filter(([name]) => !['connection', 'keep-alive'].includes(name)))}${await response.text()}`,
      );
    };
    for (const desired of [5, 3, 9]) {
      await call(`Action=SetDesiredCapacity&AutoScalingGroupName=weighted-classifier-cpu&DesiredCapacity=${desired}`);
      own.advance(300);
      await call('Action=DescribeAutoScalingGroups');
      await call('Action=ListMetrics', 'monitoring');
      await call('Action=DescribeScalingActivities');
    }
    await own.close();
    return said;
  }
  expect(await bytes()).toEqual(await bytes());
});

test('a running clock goes at its speed, in steps of the world', async () => {
  let realMs = 5000;
  const own = await openExample('weighted-classifier', { running: { speed: 60, monotonicMs: () => realMs } });
  const time = async () => (await (await fetch(`${own.url}/_twin/time`)).json()) as { now: number; speed: number };
  expect(await time()).toEqual({ now: startedAt.getTime(), speed: 60 });
  realMs += 2500;
  expect((await time()).now).toBe(startedAt.getTime() + 150_000);
  expect(own.world.total.seconds).toBe(150);
  own.advance(60);
  expect((await time()).now).toBe(startedAt.getTime() + 210_000);
  realMs += 1000;
  expect((await time()).now).toBe(startedAt.getTime() + 270_000);
  await own.close();
});

test('what makes no sense is refused before anything is opened', async () => {
  const service = await openExample('weighted-classifier');
  await service.close();
  const options = { ...service, prices: null!, workload: null!, seed: 1 };
  await expect(openTwin({ ...options, startedAt: new Date(30_000) })).rejects.toThrow('no whole minute');
  await expect(openTwin({ ...options, startedAt, stepSeconds: 7 })).rejects.toThrow('does not divide');
});

test('the log of the calls tells who reads and who writes, newest last', async () => {
  const own = await openExample('weighted-classifier');
  const clients = clientsOf(own);
  await clients.autoScaling.send(new DescribeAutoScalingGroupsCommand({}));
  await clients.autoScaling.send(
    new SetDesiredCapacityCommand({ AutoScalingGroupName: 'weighted-classifier-cpu', DesiredCapacity: 5 }),
  );
  expect(own.requests.map(({ service, operation, isMutating }) => [service, operation, isMutating])).toEqual([
    ['autoscaling', 'DescribeAutoScalingGroups', false],
    ['autoscaling', 'SetDesiredCapacity', true],
  ]);
  expect(own.requests[1]!.input).toMatchObject({ DesiredCapacity: 5 });
  clients.close();
  await own.close();
});
