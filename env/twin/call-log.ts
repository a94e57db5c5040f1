import type { Input, ServiceName } from './operation.ts';

export interface Call {
  readonly service: ServiceName;
  readonly operation: string;
  readonly input: Input;
  readonly isMutating: boolean;
  readonly atMs: number;
}

/** Of each kind; the inputs of reading calls are large, and come by the dozen every minute. */
const keptReads = 1000;
const keptWrites = 10_000;
const reading = /^(Describe|Get|List|Query|Scan|BatchGet)/;

interface Numbered {
  readonly number: number;
  readonly call: Call;
}

/** The newest calls that the twin understood, for tests; whether or not they were refused. */
export class CallLog {
  #reads: Numbered[] = [];
  #writes: Numbered[] = [];
  #count = 0;

  /** Oldest first. */
  get all(): readonly Call[] {
    return [...this.#reads, ...this.#writes].sort((a, b) => a.number - b.number).map(({ call }) => call);
  }

  note(call: Omit<Call, 'isMutating'>): void {
    const isMutating = !reading.test(call.operation);
    const numbered = { number: this.#count++, call: { ...call, isMutating } };
    if (isMutating) this.#writes = kept(this.#writes, numbered, keptWrites);
    else this.#reads = kept(this.#reads, numbered, keptReads);
  }
}

/** Shortened only when twice too long, so that a call costs nothing. */
function kept(calls: Numbered[], newest: Numbered, most: number): Numbered[] {
  calls.push(newest);
  return calls.length < 2 * most ? calls : calls.slice(-most);
}
