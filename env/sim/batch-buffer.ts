import { gathers } from '../physics/batch.ts';
import type { LambdaBatch } from '../types.ts';
import type { FunctionPool } from './function-pool.ts';
import type { Ledger } from './ledger.ts';

const never = Number.POSITIVE_INFINITY;

/** Requests for Lambda that wait until a batch is full, or until its first has waited long enough (Lambda's batching window). */
export class BatchBuffer {
  /** When the batch is sent if it does not fill before; infinity where nobody waits for it. */
  sendAt = never;
  /** Requests in the buffer. */
  waiting = 0;
  isOn = false;
  readonly #ledger: Ledger;
  /** [request] */
  #arrivals = new Float64Array(0);
  #classes = new Int32Array(0);
  #timeoutSeconds = 0;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** The batch of the action in force; the buffer must be empty. */
  use(batch: LambdaBatch | undefined): void {
    this.isOn = gathers(batch);
    if (batch === undefined || !this.isOn) return;
    this.#timeoutSeconds = batch.timeoutMs / 1000;
    if (this.#arrivals.length === batch.size) return;
    this.#arrivals = new Float64Array(batch.size);
    this.#classes = new Int32Array(batch.size);
  }

  /** True where the request fills the batch. */
  gather(classIndex: number, arrival: number, now: number): boolean {
    if (this.waiting === 0) this.sendAt = now + this.#timeoutSeconds;
    this.#arrivals[this.waiting] = arrival;
    this.#classes[this.waiting] = classIndex;
    return ++this.waiting === this.#arrivals.length;
  }

  /** One invocation for all, of whom there must be some; each request is booked with its own wait. */
  send(now: number, to: FunctionPool, accuracy: number): void {
    const count = this.waiting;
    this.waiting = 0;
    this.sendAt = never;
    const latency = to.invoke(now, count);
    this.#ledger.spilled += count;
    for (let index = 0; index < count; index++) {
      const k = this.#classes[index]!;
      if (latency < 0) this.#ledger.lost[k]!++;
      else this.#ledger.answer(k, now - this.#arrivals[index]! + latency, accuracy);
    }
  }
}
