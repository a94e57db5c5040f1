import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { z } from 'zod';
import type { Deployment } from '../../deployment/deployment.ts';
import type { Calls } from '../calls/call.ts';
import type { AwsClients } from '../clients.ts';

/** Memory changes seldom, and all calls to Lambda's control plane share 15 a second (Lambda developer guide, quotas). */
const everyMs = 300_000;

const answerShape = z.object({ MemorySize: z.number().int().min(128) });

/** The memory by which the functions are billed: that of the version which most of the alias's traffic meets. In shadow mode it is not the action's. */
export class FunctionMemory {
  readonly #functions: Deployment['functions'];
  readonly #client: AwsClients['lambda'];
  readonly #calls: Calls;
  readonly #memoryMb: (number | null)[];
  /** [variant] */
  readonly #askedAtMs: number[];

  constructor({ functions }: Deployment, { lambda }: AwsClients, calls: Calls) {
    this.#functions = functions;
    this.#client = lambda;
    this.#calls = calls;
    this.#memoryMb = functions.map(() => null);
    this.#askedAtMs = functions.map(() => Number.NEGATIVE_INFINITY);
  }

  /** [variant] The newest that was read; null: there is no function, or it was never read. */
  get memoryMb(): readonly (number | null)[] {
    return this.#memoryMb;
  }

  /** Asks for the function of the variant in force, and that only now and then. Never throws. */
  async read(variant: number | null, nowMs: number): Promise<void> {
    const deployed = variant === null ? null : this.#functions[variant];
    if (deployed == null || Math.abs(nowMs - this.#askedAtMs[variant!]!) < everyMs) return;
    this.#askedAtMs[variant!] = nowMs;
    await this.#readOne(deployed.name, deployed.alias, variant!);
  }

  async #readOne(name: string, alias: string, variant: number): Promise<void> {
    const command = new GetFunctionConfigurationCommand({ FunctionName: name, Qualifier: alias });
    const answer = await this.#calls.read({
      operation: 'GetFunctionConfiguration',
      client: this.#client,
      send: (options) => this.#client.send(command, options),
      shape: answerShape,
    });
    if (answer.value !== null) this.#memoryMb[variant] = answer.value.MemorySize;
  }
}
