import type { Output, ServiceName } from './operation.ts';
import type { Decoded } from './wire/message.ts';

/** For so long after a change a service may describe what was before it. */
const staleMs = 10_000;
/** Questions whose answers are kept. */
const mostKept = 200;

/** What Describe calls answered before the newest change of their service, for an account that describes it late. */
export class StaleAnswers {
  /** By question, as it was answered when nothing had changed for a while. */
  readonly #told = new Map<string, Output>();
  readonly #changedAtMs = new Map<ServiceName, number>();

  /** A call was performed. */
  took(service: ServiceName, call: Decoded, output: Output, nowMs: number): void {
    if (!isDescribing(call)) {
      this.#changedAtMs.set(service, nowMs);
      return;
    }
    if (this.#hasChanged(service, nowMs)) return;
    const [oldest] = this.#told.keys();
    if (this.#told.size >= mostKept && oldest !== undefined) this.#told.delete(oldest);
    this.#told.set(questionOf(service, call), output);
  }

  /** In place of what the call answered. */
  insteadOf(service: ServiceName, call: Decoded, output: Output, nowMs: number): Output {
    const isStale = isDescribing(call) && this.#hasChanged(service, nowMs);
    return (isStale ? this.#told.get(questionOf(service, call)) : null) ?? output;
  }

  #hasChanged(service: ServiceName, nowMs: number): boolean {
    return nowMs - (this.#changedAtMs.get(service) ?? -Infinity) < staleMs;
  }
}

const isDescribing = ({ operation }: Decoded) => operation.startsWith('Describe');

const questionOf = (service: ServiceName, { operation, input }: Decoded) =>
  `${service} ${operation} ${JSON.stringify(input)}`;
