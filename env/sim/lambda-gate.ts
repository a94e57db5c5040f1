import type { Random } from '../random.ts';
import type { Action, ServiceProfile } from '../types.ts';
import { BatchBuffer } from './batch-buffer.ts';
import type { FunctionPool } from './function-pool.ts';
import { FunctionPools } from './function-pools.ts';
import type { FunctionRecord } from './function-record.ts';
import type { Ledger } from './ledger.ts';

/** Where requests leave for Lambda: to the function in force, one by one or gathered in batches. */
export class LambdaGate {
  readonly #profile: ServiceProfile;
  readonly #ledger: Ledger;
  readonly #functions: FunctionPools;
  readonly #buffer: BatchBuffer;
  #function: FunctionPool | null = null;
  #accuracy = 0;

  constructor(
    profile: ServiceProfile,
    ledger: Ledger,
    unitService: Float64Array,
    random: Random,
    record: FunctionRecord | null = null,
  ) {
    this.#profile = profile;
    this.#ledger = ledger;
    this.#functions = new FunctionPools(profile, unitService, random, record);
    this.#buffer = new BatchBuffer(ledger);
  }

  /** Requests that wait for their batch. */
  get waiting(): number {
    return this.#buffer.waiting;
  }

  /** When the batch is sent if it does not fill before; infinity where nobody waits for it. */
  get sendAt(): number {
    return this.#buffer.sendAt;
  }

  /** At a decision what has been gathered is sent, by the action that was in force. */
  putInForce({ variant, lambdaMemoryMb, lambdaProvisioned = 0, lambdaBatch }: Action, now: number): void {
    const { decisionSeconds, variants } = this.#profile;
    this.send(now);
    this.#buffer.use(lambdaBatch);
    this.#function = this.#functions.putInForce(variant, lambdaMemoryMb, lambdaProvisioned, now, decisionSeconds);
    this.#accuracy = variants[variant]!.accuracy;
  }

  take(classIndex: number, arrival: number, now: number): void {
    if (this.#buffer.isOn) {
      if (this.#buffer.gather(classIndex, arrival, now)) this.send(now);
      return;
    }
    this.#ledger.spilled++;
    const latency = this.#function!.invoke(now, 1);
    if (latency < 0) this.#ledger.lost[classIndex]!++;
    else this.#ledger.answer(classIndex, now - arrival + latency, this.#accuracy);
  }

  send(now: number): void {
    if (this.#buffer.waiting > 0) this.#buffer.send(now, this.#function!, this.#accuracy);
  }

  settle(): void {
    this.#functions.settle(this.#ledger);
  }
}
