import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InputProblem } from '../../env/problem.ts';
import type { Clock } from '../clock.ts';
import type { Instruments } from './instruments.ts';
import type { Readiness } from './readiness.ts';

export interface HealthOptions {
  readonly port: number;
  readonly instruments: Pick<Instruments, 'text' | 'contentType'>;
  readonly readiness: Pick<Readiness, 'troubles'>;
  readonly clock: Clock;
  /** Without a decision for this long the run counts as stuck. */
  readonly patienceMs: number;
}

/** What a probe and Prometheus ask, on the loopback; it tells and changes nothing. */
export interface Health {
  readonly port: number;
  /** After each decision, made or missed. */
  decided(): void;
  close(): Promise<void>;
}

const loopback = '127.0.0.1';

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** `/healthz`: decisions go on. `/readyz`: every service is decided for, too. `/metrics`: Prometheus. */
export async function openHealth({ port, instruments, readiness, clock, patienceMs }: HealthOptions): Promise<Health> {
  let lastMs = clock.monotonicMs();
  const answer = async (path: string): Promise<Answer> => {
    const waitedMs = clock.monotonicMs() - lastMs;
    const isAlive = waitedMs <= patienceMs;
    if (path === '/metrics') return { status: 200, type: instruments.contentType, body: await instruments.text() };
    const stuck = isAlive ? [] : [`no decision for ${Math.round(waitedMs / 1000)} s`];
    if (path === '/healthz') return told(stuck);
    if (path === '/readyz') return told([...stuck, ...readiness.troubles]);
    return { status: 404, type: 'text/plain', body: 'One of /healthz, /readyz and /metrics.\n' };
  };
  const server = createServer((request, response) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    void (isRead ? answer((request.url ?? '/').split('?')[0]!) : refusal)
      .catch(() => ({ status: 500, type: 'text/plain', body: 'The metrics cannot be told.\n' }))
      .then(({ status, type, body }) => response.writeHead(status, { 'content-type': type }).end(body));
  });
  await listening(server, port);
  return {
    port: (server.address() as AddressInfo).port,
    decided() {
      lastMs = clock.monotonicMs();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const refusal = Promise.resolve({ status: 405, type: 'text/plain', body: 'This page only tells.\n' });

function told(troubles: readonly string[]): Answer {
  const isWell = troubles.length === 0;
  return { status: isWell ? 200 : 503, type: 'text/plain', body: isWell ? 'ok\n' : `${troubles.join('\n')}\n` };
}

async function listening(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new InputProblem(
          `--health-port ${port}: cannot be listened on (${error.code ?? 'unknown error'}); name another port.`,
        ),
      ),
    );
    server.listen(port, loopback, resolve);
  });
}
