import type { Mutation } from './mutation.ts';
import { requestOf } from './request-of.ts';
import type { Writer, Written } from './writer.ts';

/** A writer that can be told to send nothing for a while: a kill switch stops the steps of a rollout too, which no new action asks for. */
export class HaltingWriter implements Writer {
  readonly mode: Writer['mode'];
  readonly #writer: Writer;
  #why: string | null = null;

  constructor(writer: Writer) {
    this.mode = writer.mode;
    this.#writer = writer;
  }

  /** Null: it sends again. */
  halt(why: string | null): void {
    this.#why = why;
  }

  async write(mutation: Mutation): Promise<Written> {
    if (this.#why === null) return this.#writer.write(mutation);
    const said = `${requestOf(mutation).operation}: not sent. ${this.#why}`;
    return { state: 'refused', fault: { kind: 'withheld', code: 'Halted', said, isUnknown: false } };
  }
}
