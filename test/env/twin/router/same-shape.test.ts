import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serverStatesOf, tableEntriesOf } from '../../../../env/aws/router/answers.ts';
import { RuntimeSocket } from '../../../../env/aws/router/runtime-socket.ts';
import { statisticsOf } from '../../../../env/aws/router/statistics.ts';
import { openRuntimeServer, type RuntimeServer } from '../../../../env/twin/router/runtime-server.ts';
import { TwinRouter } from '../../../../env/twin/router/twin-router.ts';
import { deployment, profile } from '../../aws/router/example.ts';
import { BackEnd, Haproxy, haproxyPath, stopAll, whySkipped } from '../../aws/router/haproxy.ts';
import { FakeWorld } from './fake-world.ts';

describe.skipIf(haproxyPath === null)(`the twin's socket beside a real HAProxy${whySkipped}`, () => {
  const machine = new BackEnd();
  let twin: RuntimeServer;
  let sockets: { real: RuntimeSocket; twin: RuntimeSocket };
  let files: { real: string; twin: string };

  beforeAll(async () => {
    const address = await machine.listen();
    const haproxy = await Haproxy.start(profile, deployment, [address, address, null]);
    const world = new FakeWorld();
    const router = new TwinRouter({ profile, deployment: 'example', world, isServing: () => true });
    twin = await openRuntimeServer({ answer: (line) => router.answer(line), port: 0 });
    sockets = { real: haproxy.socket, twin: new RuntimeSocket(twin.socket) };
    files = { real: `${haproxy.folder}/example.settings.map`, twin: '/twin/example.settings.map' };
    // The same servers and the same three requests, of which the real one has each take some milliseconds.
    for (const socket of Object.values(sockets)) {
      await socket.ask(`add server pool.cpu-a/i-01 127.0.0.1:${address.port} maxconn 2 check inter 2s`);
      await socket.ask('enable health pool.cpu-a/i-01');
      await socket.ask('set server pool.cpu-a/i-01 state ready');
    }
    for (let sent = 0; sent < 3; sent++) await haproxy.send('strict');
    world.answer(3, 2);
  });
  afterAll(async () => {
    machine.close();
    await Promise.all([stopAll(), twin?.close()]);
  });

  /** The same command to both, FILE being what each calls its map. */
  async function both(command: string) {
    const ask = (side: 'real' | 'twin') => sockets[side].ask(command.replace('FILE', files[side]));
    return { real: await ask('real'), twin: await ask('twin') };
  }

  test.each([
    'set map FILE variant small',
    'set map FILE wait/strict never',
    'set map FILE wait/urgent 5',
    'set map /no/such/file variant small',
    'show map /no/such/file',
    'show table nothing',
    'add server pool.cpu-a/i-01 127.0.0.1:80 maxconn 2',
    'add server pool.none/i-02 127.0.0.1:80 maxconn 2',
    'add server pool.gpu/i-02 127.0.0.1:80 maxconn 1',
    'del server pool.cpu-a/i-01',
    'del server pool.cpu-a/i-77',
    'set server pool.cpu-a/i-77 state drain',
    'set server pool.none/i-01 state drain',
    'set server pool.cpu-a/i-01 state drain',
    'set server pool.cpu-a/i-01 state ready',
    'set server pool.gpu/i-02 state maint',
    'del server pool.gpu/i-02',
    'enable health pool.cpu-a/i-01',
    'enable health pool.cpu-a/i-77',
  ])('answers to "%s" are equal', async (command) => {
    const { real, twin: imitated } = await both(command);
    expect(imitated).toBe(real);
  });

  test('the settings are equal, entry by entry', async () => {
    const { real, twin: imitated } = await both('show map FILE');
    const plain = (text: string) => text.replace(/0x[0-9a-f]+/g, 'POINTER');
    expect(plain(imitated)).toBe(plain(real));
  });

  test('the list of maps names the settings in the same way', async () => {
    const { real, twin: imitated } = await both('show map');
    const line = (text: string) => text.split('\n').find((one) => one.includes('example.settings.map'));
    const plain = (text: string | undefined) => text?.replace(/^\d+ |'[^']*'|\([^)]*\)|\d+/g, '_');
    expect(plain(line(imitated))).toBe(plain(line(real)));
    expect(imitated.split('\n')[0]).toBe(real.split('\n')[0]);
  });

  test.each(['arrivals', 'answers', 'latencies'])('the table %s counts the same under the same keys', async (name) => {
    const { real, twin: imitated } = await both(`show table ${name}`);
    const plain = (text: string) => text.replace(/0x[0-9a-f]+/g, 'POINTER').split('\n')[0];
    const [there, here] = [tableEntriesOf(real), tableEntriesOf(imitated)];
    const total = (entries: typeof here) =>
      entries.reduce((sum, { gpc0, http_req_cnt }) => sum + (gpc0 ?? http_req_cnt)!, 0);
    expect(total(here)).toBe(3);
    expect(total(there)).toBe(3);
    if (name === 'latencies') return;
    expect(here).toEqual(there);
    expect(plain(imitated)).toBe(plain(real));
    const shape = (text: string) =>
      text
        .split('\n')[1]!
        .replace(/0x[0-9a-f]+/g, 'POINTER')
        .replace(/=\d+/g, '=N');
    expect(shape(imitated)).toBe(shape(real));
  });

  test('the statistics have the same rows, with the same fields present', async () => {
    const { real, twin: imitated } = await both('show stat');
    const shape = (text: string) =>
      statisticsOf(text)
        // The configuration names the functions that there are; the twin has no use for them.
        .filter(({ proxy }) => !proxy.startsWith('lambda.'))
        .map(({ proxy, server, status, ...numbers }) => ({
          // Beside UP, how many of its checks are still to come.
          ...{ proxy, server, status: status.replace(/ \d.*/, '') },
          ...Object.fromEntries(Object.entries(numbers).map(([field, value]) => [field, typeof value])),
        }))
        .toSorted((one, other) => `${one.proxy}/${one.server}`.localeCompare(`${other.proxy}/${other.server}`));
    expect(shape(imitated)).toEqual(shape(real));
  });

  test('servers stand as they do there', async () => {
    const { real, twin: imitated } = await both('show servers state');
    const own = (text: string) => serverStatesOf(text).filter(({ backEnd }) => backEnd.startsWith('pool.'));
    expect(own(imitated)).toEqual(own(real));
    expect(imitated.split('\n').slice(0, 2)).toEqual(real.split('\n').slice(0, 2));
    const { real: drained } = await both('set server pool.cpu-a/i-01 state drain');
    expect(drained).toBe('');
    const after = await both('show servers state');
    expect(own(after.twin)).toEqual(own(after.real));
    expect(own(after.twin)[0]).toMatchObject({ isDraining: true, isInMaintenance: false });
  });

  test('what is asked for on one line is what is asked for one by one', async () => {
    const commands = ['show info', 'show table answers', 'show stat', 'show servers state', 'show map'];
    for (const socket of Object.values(sockets)) {
      const together = await socket.askAll(commands);
      expect(together.map((answer) => answer.split('\n')[0])).toEqual(
        await Promise.all(commands.map(async (command) => (await socket.ask(command)).split('\n')[0])),
      );
    }
  });

  test('several commands on a line are answered one after another', async () => {
    const router = new TwinRouter({ profile, deployment: 'example', world: new FakeWorld(), isServing: () => true });
    expect(router.answer('show info; show map')).toEqual([
      expect.stringMatching(/Pid: \d+\n/),
      expect.stringMatching(/^# id/),
    ]);
  });
});
