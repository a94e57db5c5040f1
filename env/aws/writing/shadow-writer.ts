import type { Mutation } from './mutation.ts';
import { type Request, requestOf } from './request-of.ts';
import type { Writer, Written } from './writer.ts';

/** A part of the world that shadow mode imagines. */
export interface Imagines {
  /** What the mutation would have done; an answer as the service would give it, where this part knows one. */
  note(mutation: Mutation): unknown;
}

/** Sends nothing: tells the exact request, and lets the imagined world have its consequences. */
export class ShadowWriter implements Writer {
  readonly mode = 'shadow';
  readonly #tell: (request: Request) => void;
  readonly #imagined: readonly Imagines[];

  constructor(tell: (request: Request) => void, imagined: readonly Imagines[]) {
    this.#tell = tell;
    this.#imagined = imagined;
  }

  async write(mutation: Mutation): Promise<Written> {
    this.#tell(requestOf(mutation));
    const answers = this.#imagined.map((part) => part.note(mutation));
    return { state: 'done', response: answers.find((answer) => answer !== undefined) };
  }
}
