import type { RuntimeSocket } from './runtime-socket.ts';

/** From its observation to its acts a tick takes no longer than this, unless something hangs. */
const recentMs = 5000;

/** What acts are decided by, beside the name of the map with the settings. */
const forActs = ['show map', 'show servers state'];

/**
 * A socket whose answers at the observation of a tick serve its acts too: a connection costs more than what is said on it. It only asks; what is
 * to change anything is refused here, since that goes through the one writer.
 */
export class RecentAnswers implements Pick<RuntimeSocket, 'ask' | 'askAll'> {
  readonly #socket: Pick<RuntimeSocket, 'ask' | 'askAll'>;
  readonly #monotonicMs: () => number;
  #forActs: readonly string[] = forActs;
  #last: { readonly atMs: number; readonly answers: ReadonlyMap<string, string> } | null = null;

  constructor(socket: Pick<RuntimeSocket, 'ask' | 'askAll'>, monotonicMs: () => number) {
    this.#socket = socket;
    this.#monotonicMs = monotonicMs;
  }

  /** Asks anew, for what is wanted and for what acts will want. */
  async observing(commands: readonly string[]): Promise<readonly string[]> {
    refuseChanges(commands);
    this.#last = null;
    const all = [...commands, ...this.#forActs];
    const told = await this.#socket.askAll(all);
    const answers = new Map(all.map((command, index) => [command, told[index]!]));
    this.#last = { atMs: this.#monotonicMs(), answers };
    return told.slice(0, commands.length);
  }

  /** What was said is so no more: something was changed. */
  forget(): void {
    this.#last = null;
  }

  async askAll(commands: readonly string[]): Promise<readonly string[]> {
    refuseChanges(commands);
    const known = commands.map((command) => this.#known(command));
    return known.every((answer) => answer !== null) ? known : this.#socket.askAll(commands);
  }

  async ask(command: string, abortSignal?: AbortSignal): Promise<string> {
    refuseChanges([command]);
    this.#forActs = [...forActs, command];
    return this.#known(command) ?? this.#socket.ask(command, abortSignal);
  }

  #known(command: string): string | null {
    const last = this.#last;
    if (last === null || Math.abs(this.#monotonicMs() - last.atMs) > recentMs) return null;
    return last.answers.get(command) ?? null;
  }
}

function refuseChanges(commands: readonly string[]): void {
  const change = commands.find((command) => !command.startsWith('show '));
  if (change !== undefined) throw new Error(`"${change}" would change the router, which only its writer may`);
}
