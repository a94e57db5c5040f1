import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Calls } from '../../../env/aws/calls/call.ts';
import type { MetricQuery } from '../../../env/aws/metrics/metric-query.ts';
import { readMetrics } from '../../../env/aws/metrics/metric-reader.ts';
import { openExample } from '../twin/open.ts';

const shape = z.object({ Count: z.number() });
const client = { config: {} };

function reading(send: (options: { abortSignal: AbortSignal }) => Promise<unknown>, caller: object = client) {
  const calls = new Calls(50);
  return { calls, answer: calls.read({ operation: 'Describe', client: caller as typeof client, send, shape }) };
}

describe('a call', () => {
  test('gives what was answered, as far as it has its shape', async () => {
    const { calls, answer } = reading(async () => ({ Count: 3, Other: 'x' }));
    expect(await answer).toEqual({ value: { Count: 3 }, fault: null });
    expect([calls.count, calls.takeFaults()]).toEqual([1, []]);
  });

  test.each([undefined, {}, { Count: Number.NaN }, { Count: 'three' }, '<html>'])(
    'answered by %o is garbled',
    async (body) => {
      const { calls, answer } = reading(async () => body);
      expect(await answer).toMatchObject({ value: null, fault: { kind: 'garbled' } });
      expect(calls.takeFaults()).toHaveLength(1);
      expect(calls.takeFaults()).toEqual([]);
    },
  );

  test('that hangs is given up at its deadline, and told so, whether it listens or not', async () => {
    let signal: AbortSignal | null = null;
    const { answer } = reading(({ abortSignal }) => {
      signal = abortSignal;
      return new Promise(() => {});
    });
    expect((await answer).fault).toMatchObject({
      kind: 'timeout',
      said: 'Describe: TimeoutError: No answer within 50 ms',
    });
    expect(signal!.aborted).toBe(true);
  });

  test('with expired credentials asks their providers anew, once', async () => {
    const expired = () => Promise.reject(Object.assign(new Error('expired'), { name: 'ExpiredToken' }));
    const asked: unknown[] = [];
    const caller = { config: { credentials: async (options: unknown) => void asked.push(options) } };
    const mended = reading(() => (asked.length === 0 ? expired() : Promise.resolve({ Count: 1 })), caller);
    expect((await mended.answer).value).toEqual({ Count: 1 });
    expect(asked).toEqual([{ forceRefresh: true }]);
    const still = reading(expired, caller);
    expect((await still.answer).fault?.kind).toBe('expired-credentials');
    expect(still.calls.count).toBe(2);
    const without = reading(expired, { config: { credentials: () => Promise.reject(new Error('none')) } });
    expect((await without.answer).fault?.kind).toBe('expired-credentials');
    expect(without.calls.count).toBe(1);
  });

  test('that is denied is not tried again', async () => {
    const { calls, answer } = reading(() => Promise.reject(Object.assign(new Error('no'), { name: 'AccessDenied' })));
    expect((await answer).fault?.kind).toBe('denied');
    expect(calls.count).toBe(1);
  });
});

test("the SDK's providers are asked anew for credentials that they still take for valid", async () => {
  const twin = await openExample('weighted-classifier');
  let given = 0;
  const credentials = async () => {
    given++;
    return { accessKeyId: `key${given}`, secretAccessKey: 'none', expiration: new Date('2100-01-01T00:00:00Z') };
  };
  const cloudWatch = new CloudWatchClient({ region: 'eu-west-1', endpoint: twin.url, credentials, maxAttempts: 1 });
  const calls = new Calls(2000);
  const nothing = () => readMetrics(cloudWatch, calls, [aliveOf('some-group')], { fromMs: 0, toMs: 60_000 });
  expect(await nothing()).toEqual([[]]);
  expect(await nothing()).toEqual([[]]);
  expect(given).toBe(1);
  const none = { service: null, operation: null, resource: null, strength: 1 };
  twin.inject({ kind: 'expired-token', atSeconds: 0, forSeconds: 60, ...none });
  expect(await nothing()).toEqual([null]);
  expect(given).toBe(2);
  expect(calls.takeFaults()).toMatchObject([{ kind: 'expired-credentials' }]);
  cloudWatch.destroy();
  await twin.close();
});

function aliveOf(group: string): MetricQuery {
  const dimensions = { AutoScalingGroupName: group };
  return { namespace: 'AWS/AutoScaling', name: 'GroupInServiceInstances', dimensions, stat: 'Average' };
}
