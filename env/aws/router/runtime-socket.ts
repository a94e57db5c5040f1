import { connect, type Socket } from 'node:net';

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
 * HAProxy's runtime API (management guide, "Unix Socket commands"): a connection per line of commands, which HAProxy closes after its answers.
 * Throws errors whose code or name says what happened: ECONNREFUSED, EACCES, TimeoutError, SyntaxError (garbled), InvalidRouterCommand.
 */
export class RuntimeSocket {
  readonly #address: SocketAddress;
  readonly #deadlineMs: number;
  readonly #mostBytes: number;
  readonly #connect: NonNullable<RuntimeSocketOptions['connect']>;

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

  /** Several commands on one line: a connection costs more than most answers. Their answers in their order; only the last may be blank. */
  async askAll(commands: readonly string[]): Promise<readonly string[]> {
    const text = await this.#exchange(commands);
    const answers = text.split('\n\n');
    if (answers.at(-1) === '') answers.pop();
    if (answers.length === commands.length) return answers.map((answer) => answer.trimEnd());
    throw new SyntaxError(`${commands.length} commands have ${answers.length} answers`);
  }

  async #exchange(commands: readonly string[], abortSignal?: AbortSignal): Promise<string> {
    // A semicolon or a line's end would begin another command: names come from outside.
    const wrong = commands.find((command) => !/^[\x20-\x3a\x3c-\x7e]{1,4000}$/.test(command));
    if (wrong !== undefined) throw named('InvalidRouterCommand', `"${wrong.slice(0, 80)}" is no single command`);
    const address = typeof this.#address === 'string' ? this.#address : await this.#address();
    return this.#send(whereOf(address), `${commands.join(';')}\n`, abortSignal);
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

function whereOf(address: string): Where {
  const [, host, port] = /^([^/]+):(\d+)$/.exec(address) ?? [];
  return host === undefined ? { path: address } : { host, port: Number(port) };
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
