import { createServer, type Socket } from 'node:net';

/** HAProxy's own limit on a line (management guide, tune.bufsize). */
const mostLineBytes = 16_384;

export interface RuntimeServerParts {
  /** The answers to the commands of a line; null: the connection is reset. */
  readonly answer: (line: string) => readonly string[] | null;
  /** 0: any that is free. On the loopback only. */
  readonly port: number;
}

export interface RuntimeServer {
  /** 127.0.0.1:PORT, as a deployment names a socket. */
  readonly socket: string;
  close(): Promise<void>;
}

/**
 * HAProxy's runtime API on the wire: a line with commands comes, the answers go, the connection is closed; after the command `prompt` it stays
 * open for more.
 */
export async function openRuntimeServer({ answer, port }: RuntimeServerParts): Promise<RuntimeServer> {
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
    listen(socket, answer);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the runtime socket has no port');
  return {
    socket: `127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

function listen(socket: Socket, answer: RuntimeServerParts['answer']): void {
  let text = '';
  let isPrompting = false;
  const take = (line: string) => {
    const answers = answer(line.trimEnd());
    if (answers === null) return socket.resetAndDestroy();
    const said = line.split(';').map((command, index) => {
      if (command.trim() === 'prompt') isPrompting = !isPrompting;
      return `${answers[index] ?? ''}\n${isPrompting ? '> ' : ''}`;
    });
    return isPrompting ? socket.write(said.join('')) : socket.end(said.join(''));
  };
  socket.setEncoding('utf8');
  socket.on('end', () => socket.end());
  socket.on('data', (chunk: string) => {
    text += chunk;
    while (socket.writable) {
      const end = text.indexOf('\n');
      if (Math.max(end, end < 0 ? text.length : 0) > mostLineBytes) return socket.end();
      if (end < 0) return;
      const line = text.slice(0, end);
      text = text.slice(end + 1);
      take(line);
    }
  });
}
