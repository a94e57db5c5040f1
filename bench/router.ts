import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { routerConfiguration } from '../env/aws/router/configuration.ts';
import { readCounts } from '../env/aws/router/counts.ts';
import { RuntimeSocket } from '../env/aws/router/runtime-socket.ts';
import { readDeployment } from '../env/deployment/deployment.ts';

/*
 * What the overflow router costs: processor time of HAProxy per request with the configuration of examples/aws/image-classifier.yaml, and
 * the time that one reading of its counts takes. Needs Linux and a haproxy on the PATH.
 */
const requests = 20_000;
const clients = 40;
const servers = 100;

const { deployment, profile } = await readDeployment('examples/aws/image-classifier.yaml');
const folder = await mkdtemp(join(tmpdir(), 'spillway-router-'));
const [front, stats] = [join(folder, 'front.sock'), join(folder, 'stats.sock')];
const backEnd = createServer((incoming, response) => {
  incoming.resume();
  response.end();
});
backEnd.listen(0, '127.0.0.1');
await once(backEnd, 'listening');
const address = { host: '127.0.0.1', port: (backEnd.address() as AddressInfo).port };

const { configuration, maps } = routerConfiguration(
  profile,
  { ...deployment, router: { socket: stats, instancePort: 8080 } },
  {
    ...{ bind: `unix@${front}`, folder, socketFor: null, healthPath: null },
    servers: [Array.from({ length: servers }, () => address), []],
    functions: profile.variants.map(() => address),
  },
);
for (const { name, text } of maps) await writeFile(join(folder, name), text);
try {
  const { microseconds, readingMs } = await measured();
  process.stdout.write(`HAProxy's processor time per request    ${microseconds.toFixed(0)} µs
a reading of its counts, ${servers} servers    ${readingMs.toFixed(0)} ms\n`);
} finally {
  backEnd.close();
  backEnd.closeAllConnections();
  await rm(folder, { recursive: true });
}

async function measured(): Promise<{ readonly microseconds: number; readonly readingMs: number }> {
  const path = join(folder, 'haproxy.cfg');
  await writeFile(path, configuration);
  const haproxy = spawn('haproxy', ['-db', '-f', path], { stdio: ['ignore', 'ignore', 'inherit'] });
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  try {
    await answering(haproxy);
    const before = await processorMs(haproxy);
    let left = requests;
    const client = async () => {
      while (left-- > 0) await send(agent);
    };
    await Promise.all(Array.from({ length: clients }, client));
    const microseconds = (1000 * ((await processorMs(haproxy)) - before)) / requests;
    const startMs = performance.now();
    await readCounts(new RuntimeSocket(stats), profile);
    return { microseconds, readingMs: performance.now() - startMs };
  } finally {
    agent.destroy();
    haproxy.kill('SIGKILL');
  }
}

async function answering(haproxy: ChildProcess): Promise<void> {
  const socket = new RuntimeSocket(stats);
  const isThere = () => socket.ask('show info').then(Boolean, () => false);
  while (!(await isThere())) {
    if (haproxy.exitCode !== null) throw new Error('haproxy has ended');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function send(agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath: front, agent, headers: { 'x-class': 'strict' } }, (response) => {
      response.resume().on('end', resolve);
    });
    sent.on('error', reject).end();
  });
}

/** User and system time, in ticks of 10 ms (proc(5)). */
async function processorMs({ pid }: ChildProcess): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(' ');
  return 10 * (Number(fields[13]) + Number(fields[14]));
}
