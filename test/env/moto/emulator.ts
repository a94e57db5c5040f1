import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** Where .ci/run installs moto, an AWS emulator in Python that others wrote. */
const program = 'runs/moto/bin/moto_server';

/** Null: it can be run; else why not. */
export const whyNoMoto: string | null = existsSync(program)
  ? null
  : `there is no ${program}, which .ci/run installs where it can`;

export interface Emulator {
  readonly endpoint: string;
  /** Forgets everything: a new account. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

export async function startMoto(): Promise<Emulator> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const child = spawn(program, ['-H', '127.0.0.1', '-p', `${port}`], { stdio: 'ignore' });
  await answering(endpoint, child);
  const reset = async () => void (await fetch(`${endpoint}/moto-api/reset`, { method: 'POST' }));
  return { endpoint, reset, stop: () => stopped(child) };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answering(endpoint: string, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 300 && child.exitCode === null; attempt++) {
    const answer = await fetch(`${endpoint}/moto-api/data.json`).catch(() => null);
    if (answer?.ok) return;
    await wait(100);
  }
  child.kill();
  throw new Error('moto did not start within 30 s');
}

async function stopped(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill();
  await gone;
}
