import type { Fault } from '../../env/aws/calls/fault.ts';
import type { Mutation } from '../../env/aws/writing/mutation.ts';
import type { Writer, Written } from '../../env/aws/writing/writer.ts';
import type { Clock } from '../clock.ts';
import type { Journal } from './journal.ts';
import type { WriteNote } from './journal-entry.ts';

export interface JournaledWriterParts {
  readonly writer: Writer;
  readonly journal: Pick<Journal, 'append'>;
  readonly clock: Clock;
  readonly service: string;
}

/** The intent is in the journal before a change is sent, and what came of it is in the line of its decision. What cannot be journaled is not sent. */
export class JournaledWriter implements Writer {
  readonly mode: Writer['mode'];
  readonly #parts: JournaledWriterParts;
  #id = '';
  #notes: WriteNote[] = [];
  #isClosed = false;

  constructor(parts: JournaledWriterParts) {
    this.#parts = parts;
    this.mode = parts.writer.mode;
  }

  /** From now on changes are made for this decision. */
  of(id: string): void {
    this.#id = id;
  }

  /** What became of the changes since this was asked last. */
  taken(): readonly WriteNote[] {
    const notes = this.#notes;
    this.#notes = [];
    return notes;
  }

  /** Nothing is sent any more: whoever still works has been given up. */
  close(): void {
    this.#isClosed = true;
  }

  async write(mutation: Mutation): Promise<Written> {
    const written = await this.#write(mutation);
    const fault = written.state === 'done' ? null : written.fault.said;
    this.#notes.push({ mutation, state: written.state, fault });
    return written;
  }

  async #write(mutation: Mutation): Promise<Written> {
    if (this.#isClosed) return refused('Stopped', 'The controller is stopping: nothing is sent any more.');
    const { writer, journal, clock, service } = this.#parts;
    const at = clock.now().toISOString();
    try {
      await journal.append({ kind: 'intent', id: this.#id, at, service, mode: this.mode, mutation });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return refused('JournalFailure', `The journal cannot be written (${why}): nothing is sent.`);
    }
    return this.#isClosed ? this.#write(mutation) : writer.write(mutation);
  }
}

function refused(code: string, said: string): Written {
  const fault: Fault = { kind: 'withheld', code, said, isUnknown: false };
  return { state: 'refused', fault };
}
