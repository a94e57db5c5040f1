import { Readable } from 'node:stream';
import { CloudWatchClient, GetMetricDataCommand, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Calls } from '../../../env/aws/calls/call.ts';
import type { MetricQuery } from '../../../env/aws/metrics/metric-query.ts';
import { readMetrics } from '../../../env/aws/metrics/metric-reader.ts';
import { speakPlainJson } from '../../../env/aws/metrics/plain-json.ts';

interface Sent {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

const minuteMs = 60_000;
const window = { fromMs: 0, toMs: 5 * minuteMs };
const queries = (count: number): MetricQuery[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{ namespace: 'AWS/ApplicationELB', name: `Metric "${index}" é`, stat: 'Sum' },
    dimensions: { LoadBalancer: 'app/x/1', TargetGroup: `group-${index}` },
  }));

/** A client in front of a wire that answers with `body`, cut into chunks; `sent` is what came to it. */
function clientOf(body: string, { isPlain = true, status = 200 } = {}) {
  const sent: Sent[] = [];
  const handle = async (request: unknown) => {
    sent.push(request as Sent);
    const bytes = Buffer.from(body);
    const chunks = [bytes.subarray(0, 7), bytes.subarray(7)].filter(({ length }) => length > 0);
    return { response: { statusCode: status, headers: {}, body: Readable.from(chunks, { objectMode: false }) } };
  };
  const client = new CloudWatchClient({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
    requestHandler: { handle } as never,
    maxAttempts: 1,
  });
  if (isPlain) speakPlainJson(client);
  return { client, sent };
}

/** The SDK's own body warns of whoever takes it for text. */
function askedIn({ body }: Sent): unknown {
  return JSON.parse(typeof body === 'string' ? body : Buffer.concat([body]).toString('utf8'));
}

const answerTo = (results: unknown, more: object = {}) => JSON.stringify({ MetricDataResults: results, ...more });

async function both(body: string, status = 200) {
  const told = [true, false].map(async (isPlain) => {
    const { client, sent } = clientOf(body, { isPlain, status });
    const calls = new Calls(1000);
    const series = await readMetrics(client, calls, queries(3), window);
    const kinds = calls.takeFaults().map(({ kind, code }) => `${kind} ${code}`);
    return { series, kinds, asked: askedIn(sent[0]!) };
  });
  return Promise.all(told);
}

describe('plain JSON', () => {
  test('asks what the codec of the SDK asks, under a signature of what is sent', async () => {
    const [plain, usual] = await both(answerTo([]));
    expect(plain!.asked).toEqual(usual!.asked);
    const { client, sent } = clientOf(answerTo([]));
    await readMetrics(client, new Calls(1000), queries(500), window);
    const { headers, body } = sent[0]!;
    expect(headers['content-length']).toBe(String(Buffer.byteLength(body as string)));
    expect(headers.authorization).toMatch(/Signature=[0-9a-f]{64}$/);
    expect(headers['x-amz-target']).toMatch(/GetMetricData$/);
  });

  test('tells what the codec of the SDK tells, whatever the series', async () => {
    const value = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom('NaN', 'Infinity', 0));
    const point = fc.tuple(fc.integer({ min: -1, max: 5 }), value);
    const result = fc.record({
      Id: fc.constantFrom('m0', 'm1', 'm2', 'other'),
      StatusCode: fc.constantFrom('Complete', 'PartialData', 'InternalError'),
      points: fc.array(point, { maxLength: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(result, { maxLength: 4 }), async (results) => {
        const body = answerTo(
          results.map(({ points, ...one }) => ({
            ...one,
            Timestamps: points.map(([minute]) => 60 * minute),
            Values: points.map(([, of]) => of),
          })),
        );
        const [plain, usual] = await both(body);
        expect(plain).toEqual(usual);
      }),
      { numRuns: 30 },
    );
  });

  test.each([
    ['an empty body', '', 200],
    ['half an answer', answerTo([{ Id: 'm0' }]).slice(0, 20), 200],
    ['no object', '17', 200],
    ['nothing', 'null', 200],
    ['no list', answerTo({ Id: 'm0' }), 200],
    ['an error', JSON.stringify({ __type: 'ThrottlingException', message: 'slow down' }), 400],
    ['a page of a proxy', '<html><body>503</body></html>', 503],
  ])('leaves %s to the SDK', async (_, body, status) => {
    const [plain, usual] = await both(body, status);
    expect(plain!.kinds).toEqual(usual!.kinds);
    expect(plain!.series).toEqual([null, null, null]);
  });

  test('refuses as garbled what is no result, and what has no id', async () => {
    for (const odd of [null, 5, { StatusCode: 'Complete' }, { Id: 'm0', Values: {} }]) {
      const { client } = clientOf(answerTo([{ Id: 'm1' }, odd]));
      const calls = new Calls(1000);
      await readMetrics(client, calls, queries(3), window);
      expect(calls.takeFaults().map(({ kind }) => kind)).toEqual(['garbled']);
    }
  });

  test('keeps the pages and the messages of an answer', async () => {
    const { client } = clientOf(answerTo([], { NextToken: 'more', Messages: [{ Code: 'a', Value: 'b' }] }));
    const input = { MetricDataQueries: [], StartTime: new Date(0), EndTime: new Date(minuteMs) };
    const answer = await client.send(new GetMetricDataCommand(input));
    expect(answer).toMatchObject({ MetricDataResults: [], NextToken: 'more', Messages: [{ Code: 'a', Value: 'b' }] });
  });

  test('leaves every other operation as it is', async () => {
    const { client, sent } = clientOf(JSON.stringify({ Metrics: [{ MetricName: 'RequestCount' }] }));
    const { Metrics } = await client.send(new ListMetricsCommand({ Namespace: 'AWS/Lambda' }));
    expect(Metrics).toEqual([{ MetricName: 'RequestCount' }]);
    expect(askedIn(sent[0]!)).toEqual({ Namespace: 'AWS/Lambda' });
  });
});
