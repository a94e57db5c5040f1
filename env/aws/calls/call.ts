import type { z } from 'zod';
import { faultOf, garbled } from './classify.ts';
import type { Fault } from './fault.ts';

export type Answer<T> = { readonly value: T; readonly fault: null } | { readonly value: null; readonly fault: Fault };

/** What every client of the SDK has in common. */
export interface Caller {
  readonly config: { readonly credentials?: unknown };
}

/** One request, to be sent under a deadline. */
export interface Call<T> {
  /** As in `DescribeAutoScalingGroups`. */
  readonly operation: string;
  readonly client: Caller;
  readonly send: (options: { readonly abortSignal: AbortSignal }) => Promise<unknown>;
  /** What the answer must look like: an empty body is an answer without members, and a bad number is NaN. */
  readonly shape: z.ZodType<T>;
}

/** Every read passes here: with a deadline, its answer checked, its failure a value. */
export class Calls {
  readonly #deadlineMs: number;
  #count = 0;
  #faults: Fault[] = [];

  constructor(deadlineMs: number) {
    this.#deadlineMs = deadlineMs;
  }

  /** Calls since the start. */
  get count(): number {
    return this.#count;
  }

  /** Of calls that were made together with those of others. */
  note(faults: readonly Fault[]): void {
    this.#faults.push(...faults);
  }

  /** Since the last time they were taken. */
  takeFaults(): readonly Fault[] {
    const faults = this.#faults;
    this.#faults = [];
    return faults;
  }

  /** Never throws. */
  async read<T>(call: Call<T>): Promise<Answer<T>> {
    let answer = await this.#once(call);
    // The SDK neither retries these nor asks its providers again while what it has claims to be valid.
    if (answer.fault?.kind === 'expired-credentials' && (await refreshed(call.client))) answer = await this.#once(call);
    if (answer.fault !== null) this.#faults.push(answer.fault);
    return answer;
  }

  async #once<T>({ operation, send, shape }: Call<T>): Promise<Answer<T>> {
    this.#count++;
    try {
      const response = await beforeDeadline(send, this.#deadlineMs);
      const parsed = shape.safeParse(response);
      if (parsed.success) return { value: parsed.data, fault: null };
      const { path, message } = parsed.error.issues[0]!;
      return { value: null, fault: garbled(operation, `${path.join('.')}: ${message}`) };
    } catch (error) {
      return { value: null, fault: faultOf(error, operation) };
    }
  }
}

/** The signal ends what listens to it; whoever does not listen is no longer waited for. */
async function beforeDeadline(send: Call<unknown>['send'], deadlineMs: number): Promise<unknown> {
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = Object.assign(new Error(`No answer within ${deadlineMs} ms`), { name: 'TimeoutError' });
      reject(error);
      abort.abort(error);
    }, deadlineMs);
  });
  try {
    return await Promise.race([send({ abortSignal: abort.signal }), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Asks the client's providers for credentials anew; false where it has no way to, or they have none. */
async function refreshed({ config }: Caller): Promise<boolean> {
  if (typeof config.credentials !== 'function') return false;
  try {
    await config.credentials({ forceRefresh: true });
    return true;
  } catch {
    return false;
  }
}
