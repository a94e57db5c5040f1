import type { AwsClients } from '../clients.ts';

/** AWS refuses signatures from 300 s on; long before that, windows of metrics are off by minutes. */
export const warnSkewSeconds = 30;
export const holdSkewSeconds = 120;

/** Compares the Date header of every answer with the machine's clock. It is of whole seconds, and as late as the answer. */
export class ClockSkew {
  readonly #machineNow: () => Date;
  #seconds: number | null = null;

  /** Clients have one at a time. */
  constructor({ cloudWatch, autoScaling, loadBalancing }: AwsClients, machineNow: () => Date) {
    this.#machineNow = machineNow;
    cloudWatch.middlewareStack.add((next) => async (request) => this.#saw(await next(request)), place);
    autoScaling.middlewareStack.add((next) => async (request) => this.#saw(await next(request)), place);
    loadBalancing.middlewareStack.add((next) => async (request) => this.#saw(await next(request)), place);
  }

  /** How far the clock of AWS is ahead; null: the last answer had no date, or there was none. */
  get seconds(): number | null {
    return this.#seconds;
  }

  #saw<T extends { readonly response: unknown }>(answer: T): T {
    const { headers } = answer.response as { readonly headers?: Readonly<Record<string, string>> };
    const atMs = Date.parse(headers?.date ?? '');
    this.#seconds = Number.isNaN(atMs) ? null : Math.round((atMs - this.#machineNow().getTime()) / 1000);
    return answer;
  }
}

/** Next to the wire, where the answer is still whole, whatever it says. */
const place = { step: 'deserialize', priority: 'low', name: 'spillwayClockSkew', override: true } as const;
