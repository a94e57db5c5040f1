import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { z } from 'zod';
import type { Deployment } from '../../deployment/deployment.ts';
import type { Action } from '../../types.ts';
import type { Calls } from '../calls/call.ts';
import type { AwsClients } from '../clients.ts';

/**
 * How soon it is asked for again at first, twice as late each time, and at most, give or take half: memory changes seldom, and all calls to
 * Lambda's control plane share 15 a second (Lambda developer guide, quotas), so many services must not ask together.
 */
const firstPauseMs = 300_000;
const longestPauseMs = 1_200_000;

const answerShape = z.object({ MemorySize: z.number().int().min(128) });

interface Asked {
  readonly atMs: number;
  /** What was taken to be in force then. */
  readonly memoryMb: number;
  readonly pauseMs: number;
  /** The pause as it was drawn. */
  readonly waitMs: number;
}

/** The memory by which the functions are billed: that of the version which most of the alias's traffic meets. In shadow mode it is not the action's. */
export class FunctionMemory {
  readonly #functions: Deployment['functions'];
  readonly #client: AwsClients['lambda'];
  readonly #calls: Calls;
  readonly #random: () => number;
  readonly #memoryMb: (number | null)[];
  /** [variant] Null: never. */
  readonly #asked: (Asked | null)[];

  /** @param random uniform in [0, 1) */
  constructor(
    { functions }: Pick<Deployment, 'functions'>,
    { lambda }: Pick<AwsClients, 'lambda'>,
    calls: Calls,
    random: () => number,
  ) {
    this.#random = random;
    this.#functions = functions;
    this.#client = lambda;
    this.#calls = calls;
    this.#memoryMb = functions.map(() => null);
    this.#asked = functions.map(() => null);
  }

  /** [variant] The newest that was read; null: there is no function, or it was never read. */
  get memoryMb(): readonly (number | null)[] {
    return this.#memoryMb;
  }

  /** Asks for the function of the action in force when its memory is changed, and now and then afterwards. Never throws. */
  async read(inForce: Pick<Action, 'variant' | 'lambdaMemoryMb'> | null, nowMs: number): Promise<void> {
    if (inForce === null) return;
    const { variant, lambdaMemoryMb: memoryMb } = inForce;
    const deployed = this.#functions[variant] ?? null;
    if (deployed === null) return;
    const asked = this.#asked[variant] ?? null;
    const isSame = asked?.memoryMb === memoryMb;
    if (isSame && Math.abs(nowMs - asked.atMs) < asked.waitMs) return;
    const pauseMs = isSame ? Math.min(longestPauseMs, 2 * asked.pauseMs) : firstPauseMs;
    this.#asked[variant] = { atMs: nowMs, memoryMb, pauseMs, waitMs: pauseMs * (0.5 + this.#random()) };
    await this.#readOne(deployed.name, deployed.alias, variant);
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
