import { connect, type Socket } from 'node:net';
import { processIsLeaving } from './answers.ts';
import { KeptConnection } from './kept-connection.ts';

/** A path, or HOST:PORT. */
export type SocketAddress = string | (() => Promise<string>);

export interface RuntimeSocketOptions {
  /** For one line from connecting to the end of its answer; absent: 2 s. */
  readonly deadlineMs?: number;
  /** An answer that grows beyond this is given up; absent: 16 MB, some 20,000 servers. */
  readonly mostBytes?: number;
  /** Absent: of node:net. */
  readonly connect?: (where: Where) => Socket;
}

type Where = { readonly path: string } | { readonly host: string; readonly port: number };

/**
 * HAProxy's runtime API (management guide, "Unix Socket commands"). A command by itself has a connection of its own, which HAProxy closes after
 * its answer: a change must reach the process that is in force. Several that only ask share one that stays open. Throws errors whose code or name says what happened: ECONNREFUSED, EACCES, TimeoutError, SyntaxError (garbled), InvalidRouterCommand.
 */
export class RuntimeSocket {
  readonly #address: SocketAddress;
  readonly #deadlineMs: number;
  readonly #mostBytes: number;
  readonly #connect: NonNullable<RuntimeSocketOptions['connect']>;
  /** Open, and nobody waits for an answer on it. */
  #kept: KeptConnection | null = null;

  constructor(address: SocketAddress, options: RuntimeSocketOptions = {}) {
    this.#address = address;
    this.#deadlineMs = options.deadlineMs ?? 2000;
    this.#mostBytes = options.mostBytes ?? 16e6;
    this.#connect = options.connect ?? ((where) => connect(where));
  }

  /** The answer without the blank lines at its end. */
  async ask(command: string, abortSignal?: AbortSignal): Promise<string> {
    return (await this.#exchange([command], abortSignal)).trimEnd();
  }

  /**
   * Several commands that only ask, on one line; their answers in their order. On the connection that was kept; where that is lost, or leads to
   * a process that another one has replaced (a reload leaves it to its last connection), they are asked anew on a new one.
   */
  async askAll(commands: readonly string[]): Promise<readonly string[]> {
    refuseWrong(commands);
    const kept = this.#kept;
    this.#kept = null;
    const answers = kept === null ? null : await this.#askKept(kept, commands);
    return answers ?? this.#askNew(commands);
  }

  close(): void {
    this.#kept?.close();
    this.#kept = null;
  }

  async #askKept(kept: KeptConnection, commands: readonly string[]): Promise<readonly string[] | null> {
    if (kept.ended !== null) return null;
    try {
      const answers = await kept.exchange(commands);
      return this.#keeps(kept, commands, answers) ? answers : null;
    } catch (error) {
      if (kept.ended === 'left') throw error;
      return null;
    }
  }

  async #askNew(commands: readonly string[]): Promise<readonly string[]> {
    const fresh = new KeptConnection(this.#connect(await this.#where()), {
      deadlineMs: this.#deadlineMs,
      mostBytes: this.#mostBytes,
    });
    try {
      const answers = await fresh.exchange(commands);
      this.#keeps(fresh, commands, answers);
      return answers;
    } catch (error) {
      // Whatever is between does not keep connections open.
      if (fresh.ended === 'closed') return this.#askOnce(commands);
      throw error;
    }
  }

  #keeps(connection: KeptConnection, commands: readonly string[], answers: readonly string[]): boolean {
    const isLeaving = commands.some((command, index) => command === 'show info' && processIsLeaving(answers[index]!));
    if (isLeaving || this.#kept !== null) connection.close();
    else this.#kept = connection;
    return !isLeaving;
  }

  /** Only the last answer may be blank. */
  async #askOnce(commands: readonly string[]): Promise<readonly string[]> {
    const text = await this.#exchange(commands);
    const answers = text.split('\n\n');
    if (answers.at(-1) === '') answers.pop();
    if (answers.length === commands.length) return answers.map((answer) => answer.trimEnd());
    throw new SyntaxError(`${commands.length} commands have ${answers.length} answers`);
  }

  async #exchange(commands: readonly string[], abortSignal?: AbortSignal): Promise<string> {
    refuseWrong(commands);
    return this.#send(await this.#where(), `${commands.join(';')}\n`, abortSignal);
  }

  async #where(): Promise<Where> {
    return whereOf(typeof this.#address === 'string' ? this.#address : await this.#address());
  }

  #send(where: Where, line: string, abortSignal?: AbortSignal): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = this.#connect(where);
      const chunks: Buffer[] = [];
      let bytes = 0;
      let isOver = false;
      const end = (error: Error | null) => {
        isOver = true;
        clearTimeout(timer);
        abortSignal?.removeEventListener('abort', abort);
        socket.destroy();
        if (error === null) resolve(Buffer.concat(chunks).toString('utf8'));
        else reject(error);
      };
      const abort = () => end(named('AbortError', 'The router was no longer waited for'));
      const late = () => end(named('TimeoutError', `The router did not answer within ${this.#deadlineMs} ms`));
      const timer = setTimeout(late, this.#deadlineMs);
      if (abortSignal?.aborted) return abort();
      abortSignal?.addEventListener('abort', abort);
      socket.on('error', end);
      socket.on('end', () => end(null));
      socket.on('close', () => {
        if (!isOver) end(named('TimeoutError', 'The router closed the connection without an answer'));
      });
      socket.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > this.#mostBytes) end(new SyntaxError(`The answer is longer than ${this.#mostBytes} bytes`));
      });
      socket.write(line);
    });
  }
}

/** A semicolon or a line's end would begin another command: names come from outside. */
function refuseWrong(commands: readonly string[]): void {
  const wrong = commands.find((command) => !/^[\x20-\x3a\x3c-\x7e]{1,4000}$/.test(command));
  if (wrong !== undefined) throw named('InvalidRouterCommand', `"${wrong.slice(0, 80)}" is no single command`);
}

function whereOf(address: string): Where {
  const [, host, port] = /^([^/]+):(\d+)$/.exec(address) ?? [];
  return host === undefined ? { path: address } : { host, port: Number(port) };
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
