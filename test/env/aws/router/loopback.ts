import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach } from 'vitest';

let server: Server | null = null;
/** Of the server's side. */
export const peers = new Set<Socket>();
afterEach(async () => {
  for (const peer of peers) peer.destroy();
  peers.clear();
  await stopListening();
});

/** A server on the loopback until the test ends, and its address; `onLine` is told which connection it is, from 1. */
export async function listen(onLine: (peer: Socket, line: string, connection: number) => void): Promise<string> {
  let connections = 0;
  server = createServer({ allowHalfOpen: true }, (peer) => {
    const connection = ++connections;
    peers.add(peer);
    peer.on('error', () => {});
    peer.on('data', (line) => onLine(peer, line.toString(), connection));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export async function stopListening(): Promise<void> {
  if (server === null) return;
  const closed = once(server, 'close');
  server.close();
  server = null;
  await closed;
}
