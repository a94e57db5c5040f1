import { expect, test } from 'vitest';
import { twinSocket } from '../../../../env/aws/router/twin-socket.ts';

/** A twin that answers with these values one after another; an Error is thrown. */
function twin(...answers: readonly unknown[]) {
  const asked: string[] = [];
  const ask = (async (url: string) => {
    const answer = answers[asked.length];
    asked.push(url);
    if (answer instanceof Error) throw answer;
    return new Response(JSON.stringify(answer));
  }) as typeof fetch;
  return { asked, find: twinSocket('http://127.0.0.1:4599', ask) };
}

test('a twin is asked once where its router is', async () => {
  const { asked, find } = twin({ socket: '127.0.0.1:7001' });
  expect(await Promise.all([find(), find()])).toEqual(['127.0.0.1:7001', '127.0.0.1:7001']);
  expect(await find()).toBe('127.0.0.1:7001');
  expect(asked).toEqual(['http://127.0.0.1:4599/_twin/router']);
});

test('after a failure it is asked again', async () => {
  const { find } = twin(new Error('nobody there'), { socket: '127.0.0.1:7001' });
  await expect(find()).rejects.toThrow('nobody there');
  expect(await find()).toBe('127.0.0.1:7001');
});

test.each([[{ socket: null }], [{}], [{ socket: '10.0.0.1:7001' }], [{ socket: '/run/haproxy/real.sock' }]])(
  'what is no socket of a twin on this machine is refused: %j',
  async (answer) => {
    await expect(twin(answer).find()).rejects.toThrow('has no router');
  },
);
