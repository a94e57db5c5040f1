import type { Input, ServiceName } from './operation.ts';

export interface Call {
  readonly service: ServiceName;
  readonly operation: string;
  readonly input: Input;
  readonly isMutating: boolean;
  readonly atMs: number;
}

const kept = 10_000;
const reading = /^(Describe|Get|List|Query|Scan|BatchGet)/;

/** The newest calls that the twin understood, for tests; whether or not they were refused. */
export class CallLog {
  #calls: Call[] = [];

  get all(): readonly Call[] {
    return this.#calls;
  }

  note(call: Omit<Call, 'isMutating'>): void {
    this.#calls.push({ ...call, isMutating: !reading.test(call.operation) });
    if (this.#calls.length >= 2 * kept) this.#calls = this.#calls.slice(-kept);
  }
}
