import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Address } from '../../../../env/aws/router/addresses.ts';
import { routerConfiguration } from '../../../../env/aws/router/configuration.ts';
import { RuntimeSocket } from '../../../../env/aws/router/runtime-socket.ts';
import type { Deployment } from '../../../../env/deployment/deployment.ts';
import type { ServiceProfile } from '../../../../env/types.ts';

/** Null: this machine has none, and what needs a real one is skipped. */
export const haproxyPath = findHaproxy();
export const whySkipped = haproxyPath === null ? ' (skipped: there is no haproxy on the PATH or in /usr/sbin)' : '';

function findHaproxy(): string | null {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  const isThere = (path: string) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  };
  return folders.map((folder) => join(folder, 'haproxy')).find(isThere) ?? null;
}

/** A program that answers by name after a time, or is told to hold its answers back. */
export class BackEnd {
  readonly answered: { requestClass: string; variant: string }[] = [];
  /** Those that wait to be released. */
  readonly held: (() => void)[] = [];
  isHolding = false;
  status = 200;
  readonly #server: Server;

  constructor() {
    this.#server = createServer((incoming, response) => {
      const header = (name: string) => `${incoming.headers[name] ?? ''}`;
      incoming.resume();
      const answer = () => {
        this.answered.push({ requestClass: header('x-class'), variant: header('x-variant') });
        response.statusCode = this.status;
        response.end();
      };
      if (this.isHolding) this.held.push(answer);
      else answer();
    });
  }

  async listen(): Promise<Address> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return { host: '127.0.0.1', port: (this.#server.address() as AddressInfo).port };
  }

  /** Everyone who waits, and from now on everyone at once. */
  release(): void {
    this.isHolding = false;
    for (const answer of this.held.splice(0)) answer();
  }

  close(): void {
    this.release();
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

const running = new Set<Haproxy>();
/** Whatever a test left running. */
export const stopAll = () => Promise.all([...running].map((haproxy) => haproxy.stop()));

/** A real HAProxy with the generated configuration, in a folder of its own. */
export class Haproxy {
  readonly socket: RuntimeSocket;
  readonly folder: string;
  readonly #process: ChildProcess;
  readonly #agent = new Agent({ keepAlive: true });

  private constructor(folder: string, child: ChildProcess) {
    this.folder = folder;
    this.#process = child;
    this.socket = new RuntimeSocket(join(folder, 'stats.sock'));
  }

  static async start(profile: ServiceProfile, deployment: Deployment, functions: (Address | null)[]): Promise<Haproxy> {
    const folder = await mkdtemp(join(tmpdir(), 'spillway-router-'));
    const place = {
      folder,
      functions,
      servers: [],
      healthPath: null,
      socketFor: null,
      bind: `unix@${join(folder, 'front.sock')}`,
    };
    const there = { ...deployment, router: { ...deployment.router!, socket: join(folder, 'stats.sock') } };
    const { configuration, maps } = routerConfiguration(profile, there, place);
    const path = join(folder, 'haproxy.cfg');
    await Promise.all([
      writeFile(path, configuration),
      ...maps.map(({ name, text }) => writeFile(join(folder, name), text)),
    ]);
    const child = spawn(haproxyPath!, ['-db', '-f', path], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr!.on('data', (text) => {
      said += text;
    });
    const haproxy = new Haproxy(folder, child);
    running.add(haproxy);
    await haproxy.#answers(() => said);
    return haproxy;
  }

  async #answers(said: () => string): Promise<void> {
    for (let attempt = 0; attempt < 200; attempt++) {
      if (this.#process.exitCode !== null) throw new Error(`haproxy ended:\n${said()}`);
      const isThere = await this.socket.ask('show info').then(
        () => true,
        () => false,
      );
      if (isThere) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`haproxy does not answer:\n${said()}`);
  }

  /** The status of the answer. */
  send(requestClass: string, body = '{}'): Promise<number> {
    return new Promise((resolve, reject) => {
      const options = { socketPath: join(this.folder, 'front.sock'), agent: this.#agent, method: 'POST' };
      const sent = request({ ...options, headers: { 'x-class': requestClass } }, (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode!));
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }

  /** A client that leaves when it is told to. */
  sendAndLeave(requestClass: string): () => void {
    const sent = request({ socketPath: join(this.folder, 'front.sock'), headers: { 'x-class': requestClass } });
    sent.on('error', () => {});
    sent.end();
    return () => sent.destroy();
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  async stop(): Promise<void> {
    running.delete(this);
    this.#agent.destroy();
    if (this.#process.exitCode === null) {
      this.#process.kill('SIGKILL');
      await once(this.#process, 'exit');
    }
    await rm(this.folder, { recursive: true });
  }
}

/** Asks again until it holds. */
export async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  for (let attempt = 0; attempt < 800; attempt++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`never came to hold: ${what}`);
}
