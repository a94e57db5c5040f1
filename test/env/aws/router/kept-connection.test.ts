import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { faultOf } from '../../../../env/aws/calls/classify.ts';
import { RuntimeSocket } from '../../../../env/aws/router/runtime-socket.ts';
import { deployment, profile } from './example.ts';
import { Haproxy, haproxyPath, stopAll, until, whySkipped } from './haproxy.ts';
import { listen, peers } from './loopback.ts';

/** A router that keeps connections open, and gives to a line what `answer` makes of its commands. */
async function router(
  answer: (commands: readonly string[], peer: Socket, connection: number) => string,
  deadlineMs = 10_000,
) {
  const lines: string[] = [];
  let connections = 0;
  const address = await listen((peer, text, connection) => {
    const line = text.trimEnd();
    connections = Math.max(connections, connection);
    lines.push(line);
    if (peer.writable) peer.write(answer(line.split(';'), peer, connection));
  });
  return {
    socket: new RuntimeSocket(address, { deadlineMs, mostBytes: 10_000 }),
    lines,
    connections: () => connections,
  };
}

const prompted = (commands: readonly string[], said = (command: string) => `${command} said\n`) =>
  commands.map((command) => `${/^(prompt|set timeout)/.test(command) ? '' : said(command)}\n> `).join('');

test('several commands go on one line, each has its answer, and the connection stays for the next line', async () => {
  const { socket, lines, connections } = await router((commands) => prompted(commands));
  expect(await socket.askAll(['show info', 'show stat'])).toEqual(['show info said', 'show stat said']);
  expect(await socket.askAll(['show map'])).toEqual(['show map said']);
  expect(lines).toEqual(['prompt;set timeout cli 300;show info;show stat', 'show map']);
  expect(connections()).toBe(1);
});

test('answers that come byte by byte are the same answers', async () => {
  const { socket } = await router((commands, peer) => {
    const text = prompted(commands);
    const write = (at: number) => {
      if (at < text.length) peer.write(text[at]!, () => write(at + 1));
    };
    write(0);
    return '';
  });
  expect(await socket.askAll(['show info', 'show stat'])).toEqual(['show info said', 'show stat said']);
});

test('lines at the same time have a connection each, of which one stays', async () => {
  const { socket, connections } = await router((commands) => prompted(commands));
  expect(await Promise.all([socket.askAll(['show info']), socket.askAll(['show stat'])])).toEqual([
    ['show info said'],
    ['show stat said'],
  ]);
  await socket.askAll(['show map']);
  expect(connections()).toBe(2);
});

test('a command by itself, which may change something, has a connection of its own', async () => {
  const { socket, lines } = await router((commands, peer, connection) => {
    if (connection === 1) return prompted(commands);
    peer.end('done\n\n');
    return '';
  });
  await socket.askAll(['show info']);
  expect(await socket.ask('set map x y z')).toBe('done');
  expect(lines).toEqual(['prompt;set timeout cli 300;show info', 'set map x y z']);
});

describe('is asked anew on a new connection', () => {
  test('what was asked on one that the router closed while nobody asked', async () => {
    const { socket, connections } = await router((commands) => prompted(commands));
    await socket.askAll(['show info']);
    const closed = [...peers].map((peer) => once(peer, 'close'));
    for (const peer of peers) peer.end();
    await Promise.all(closed);
    expect(await socket.askAll(['show info'])).toEqual(['show info said']);
    expect(connections()).toBe(2);
  });
  test.each(['end', 'resetAndDestroy'] as const)('what breaks off in the midst of an answer: %s', async (how) => {
    let rounds = 0;
    const { socket, connections } = await router((commands, peer) => {
      if (++rounds !== 2) return prompted(commands);
      peer[how]();
      return '';
    });
    await socket.askAll(['show info']);
    expect(await socket.askAll(['show info'])).toEqual(['show info said']);
    expect(connections()).toBe(2);
  });
  test('what a process tells that another one has replaced', async () => {
    let isReloaded = false;
    const { socket, connections } = await router((commands, _peer, connection) =>
      prompted(commands, () => `Pid: ${connection}\nStopping: ${isReloaded && connection === 1 ? 1 : 0}\n`),
    );
    expect((await socket.askAll(['show info']))[0]).toContain('Pid: 1');
    isReloaded = true;
    expect((await socket.askAll(['show info']))[0]).toContain('Pid: 2');
    expect(connections()).toBe(2);
  });
});

describe('what goes wrong is told by its kind:', () => {
  const fault = (asked: Promise<readonly string[]>) => asked.then(String, (error) => faultOf(error, 'the router'));
  test('more answers than commands are garbled', async () => {
    const { socket } = await router((commands) => prompted([...commands, 'another']));
    expect(await fault(socket.askAll(['show info']))).toMatchObject({ kind: 'garbled' });
  });
  test('an answer without end is garbled', async () => {
    const { socket } = await router(() => 'x'.repeat(20_000));
    expect(await fault(socket.askAll(['show info']))).toMatchObject({ kind: 'garbled' });
  });
  test('silence on a connection that was kept is a timeout, and nobody asks twice', async () => {
    let rounds = 0;
    const { lines, socket } = await router((commands) => (++rounds === 1 ? prompted(commands) : ''), 500);
    await socket.askAll(['show info']);
    expect(await fault(socket.askAll(['show info']))).toMatchObject({ kind: 'timeout' });
    expect(lines).toHaveLength(2);
  });
  test('a connection that is reset at once is told as that', async () => {
    const { socket } = await router((_, peer) => {
      peer.resetAndDestroy();
      return '';
    });
    expect(await fault(socket.askAll(['show info']))).toMatchObject({ code: 'ECONNRESET' });
  });
});

describe('behind something that keeps no connection open', () => {
  test('several commands are one line on a connection of its own', async () => {
    const { socket, lines } = await router((_, peer) => {
      peer.end('Pid: 7\nName: HAProxy\n\n# table: answers\n\n');
      return '';
    });
    expect(await socket.askAll(['show info', 'show table answers'])).toEqual([
      'Pid: 7\nName: HAProxy',
      '# table: answers',
    ]);
    expect(lines.at(-1)).toBe('show info;show table answers');
  });
  test('answers that are not as many as the commands are no answers', async () => {
    const { socket } = await router((_, peer) => {
      peer.end('Pid: 7\n\n');
      return '';
    });
    await expect(socket.askAll(['show info', 'show stat'])).rejects.toThrow('2 commands have 1 answers');
  });
});

test.skipIf(haproxyPath === null)(
  `a real HAProxy keeps the connection, and one that is told to leave is not believed${whySkipped}`,
  async () => {
    const haproxy = await Haproxy.start(profile, deployment, [null, null, null]);
    try {
      let connections = 0;
      const counted = (where: { path: string } | { host: string; port: number }) => {
        connections++;
        return connect(where);
      };
      const socket = new RuntimeSocket(`${haproxy.folder}/stats.sock`, { connect: counted });
      const commands = ['show info', 'show map', 'show table answers', 'show stat', 'show servers state'];
      const first = await socket.askAll(commands);
      expect(first.map((answer) => answer.slice(0, 6))).toEqual(['Name: ', '# id (', '# tabl', '# pxna', '1\n# be']);
      expect((await socket.askAll(commands)).slice(1)).toEqual(first.slice(1));
      expect(connections).toBe(1);
      haproxy.signal('SIGUSR1');
      await until('it leaves', () =>
        haproxy.socket.ask('show info').then(
          () => false,
          () => true,
        ),
      );
      await expect(socket.askAll(commands)).rejects.toThrow();
      expect(connections).toBe(2);
    } finally {
      await stopAll();
    }
  },
);
