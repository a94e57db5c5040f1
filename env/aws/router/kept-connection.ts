import type { Socket } from 'node:net';

/** A decision is due every minute; HAProxy itself would close after 10 s (configuration manual, "stats timeout"). */
const idleSeconds = 300;
/** Interactive mode is asked for with the first line (management guide, "prompt" and "set timeout cli"). */
const opening = ['prompt', `set timeout cli ${idleSeconds}`];
/** What an answer ends with there. */
const prompt = '\n> ';

export interface ConnectionLimits {
  readonly deadlineMs: number;
  readonly mostBytes: number;
}

/** By whom: by the other side in order, by a failure, or here. */
export type Ended = 'closed' | 'broken' | 'left';

interface Waiting {
  readonly answers: number;
  readonly done: (answers: readonly string[]) => void;
  readonly failed: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * A connection to HAProxy's runtime API that stays open: making one costs more than most answers. It keeps no process alive, and whoever has
 * it asks one line at a time.
 */
export class KeptConnection {
  readonly #socket: Socket;
  readonly #limits: ConnectionLimits;
  #text = '';
  #waiting: Waiting | null = null;
  #isFirst = true;
  #ended: Ended | null = null;

  constructor(socket: Socket, limits: ConnectionLimits) {
    this.#socket = socket;
    this.#limits = limits;
    socket.unref();
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => this.#take(chunk));
    socket.on('error', (error) => this.#end('broken', error));
    for (const event of ['end', 'close'] as const) {
      socket.on(event, () => this.#end('closed', named('TimeoutError', 'The router closed the connection')));
    }
  }

  /** Null: it is open. */
  get ended(): Ended | null {
    return this.#ended;
  }

  /** [command] Answers without blank lines at their ends. After a failure the connection is closed. */
  exchange(commands: readonly string[]): Promise<readonly string[]> {
    const first = this.#isFirst ? opening : [];
    this.#isFirst = false;
    return new Promise((done, failed) => {
      const { deadlineMs } = this.#limits;
      const timer = setTimeout(() => {
        this.#end('left', named('TimeoutError', `The router did not answer within ${deadlineMs} ms`));
      }, deadlineMs);
      const own = (answers: readonly string[]) => done(answers.slice(first.length));
      this.#waiting = { answers: first.length + commands.length, done: own, failed, timer };
      this.#socket.write(`${[...first, ...commands].join(';')}\n`);
    });
  }

  close(): void {
    this.#ended ??= 'left';
    this.#socket.destroy();
  }

  #take(chunk: string): void {
    this.#text += chunk;
    const { mostBytes } = this.#limits;
    if (this.#text.length > mostBytes) this.#end('left', garbled(`The answer is longer than ${mostBytes} bytes`));
    else if (this.#text.endsWith(prompt)) this.#answer(this.#text.split(prompt).slice(0, -1));
  }

  /** What looks like the end of an answer may be in the midst of one: there are as many as were asked for. */
  #answer(answers: readonly string[]): void {
    const waiting = this.#waiting;
    const asked = waiting?.answers ?? 0;
    if (answers.length > asked) this.#end('left', garbled(`${asked} commands have ${answers.length} answers`));
    if (waiting === null || answers.length !== asked) return;
    this.#text = '';
    this.#waiting = null;
    clearTimeout(waiting.timer);
    waiting.done(answers.map((answer) => answer.trimEnd()));
  }

  #end(by: Ended, error: Error): void {
    if (this.#ended !== null) return;
    this.#ended = by;
    this.#socket.destroy();
    if (this.#waiting === null) return;
    clearTimeout(this.#waiting.timer);
    this.#waiting.failed(error);
    this.#waiting = null;
  }
}

const garbled = (message: string) => new SyntaxError(message);

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
