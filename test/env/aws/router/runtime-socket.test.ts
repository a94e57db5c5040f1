import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { faultOf } from '../../../../env/aws/calls/classify.ts';
import { RuntimeSocket, type RuntimeSocketOptions } from '../../../../env/aws/router/runtime-socket.ts';
import { listen, stopListening } from './loopback.ts';

async function router(onLine: (peer: Socket, line: string) => void, options: RuntimeSocketOptions = {}) {
  return new RuntimeSocket(await listen(onLine), options);
}

const faultAfter = (ask: Promise<string>) =>
  ask.then(
    (answer) => ({ answer }),
    (error) => faultOf(error, 'the router'),
  );

test('an answer that comes in pieces is one answer, without the blank lines at its end', async () => {
  const socket = await router((peer, line) => {
    peer.write(line.slice(0, 4));
    setImmediate(() => peer.end(`${line.slice(4)}\n\n`));
  });
  expect(await socket.ask('show info')).toBe('show info');
});

describe('what goes wrong is told by its kind:', () => {
  test('silence is a timeout, of which nobody knows what came', async () => {
    const socket = await router(() => {}, { deadlineMs: 30 });
    expect(await faultAfter(socket.ask('show stat'))).toMatchObject({ kind: 'timeout', isUnknown: true });
  });
  test('silence to several commands is, too', async () => {
    const socket = await router(() => {}, { deadlineMs: 30 });
    expect(await faultAfter(socket.askAll(['show stat']).then(String))).toMatchObject({ kind: 'timeout' });
  });
  test('nobody there is unreachable, and nothing happened', async () => {
    const socket = await router(() => {});
    await stopListening();
    expect(await faultAfter(socket.ask('show stat'))).toMatchObject({ kind: 'unreachable', isUnknown: false });
  });
  test('a path that is no socket is said with its code', async () => {
    expect(await faultAfter(new RuntimeSocket('/nowhere/spillway.sock').ask('show stat'))).toMatchObject({
      code: 'ENOENT',
    });
  });
  test('an answer without end is given up', async () => {
    const socket = await router(
      (peer) => {
        const more = () => {
          if (peer.writable) peer.write('x'.repeat(10_000), () => setImmediate(more));
        };
        more();
      },
      { mostBytes: 50_000 },
    );
    expect(await faultAfter(socket.ask('show stat'))).toMatchObject({ kind: 'garbled' });
  });
  test('whoever is no longer waited for lets go', async () => {
    const abort = new AbortController();
    const socket = await router(() => abort.abort());
    expect(await faultAfter(socket.ask('show stat', abort.signal))).toMatchObject({ kind: 'timeout' });
    const before = AbortSignal.abort();
    expect(await faultAfter(socket.ask('show stat', before))).toMatchObject({ kind: 'timeout' });
  });
  test.each(['', 'show info; set map x y z', 'show\ninfo', 'show \u{1F600}', 'x'.repeat(4001)])(
    'what is no single command is not sent: %j',
    async (command) => {
      const socket = await router(() => expect.unreachable());
      expect(await faultAfter(socket.ask(command))).toMatchObject({ kind: 'invalid' });
    },
  );
});
