import type { ServingFunctions } from '../parts.ts';
import { functionArn } from '../place.ts';
import { TwinFunction } from './function.ts';
import { invalid, notFound } from './refusal.ts';
import { type LambdaSetting, revisionCounter, usualTiming } from './setting.ts';

export interface FunctionsOptions extends Pick<LambdaSetting, 'clock' | 'faults' | 'place'> {
  readonly functions: readonly FunctionStart[];
  readonly timing?: LambdaSetting['timing'];
}

export interface FunctionStart {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly memoryMb: number;
  /** Null: whatever the account has left. */
  readonly reservedConcurrency: number | null;
}

/** Lambda's default for an account, and what must stay free of reservations (AWS: Lambda quotas; reserved concurrency). */
const accountConcurrency = 1000;
const leastUnreserved = 100;

/** The Lambda functions of an account. */
export class LambdaFunctions implements ServingFunctions {
  readonly #setting: LambdaSetting;
  readonly #functions = new Map<string, TwinFunction>();
  readonly #reserved = new Map<string, number>();

  constructor({ functions, timing = usualTiming, ...rest }: FunctionsOptions) {
    this.#setting = { ...rest, timing, newRevision: revisionCounter() };
    for (const { name, aliases, memoryMb, reservedConcurrency } of functions) {
      this.#functions.set(name, new TwinFunction(name, aliases, memoryMb, this.#setting));
      if (reservedConcurrency !== null) this.#reserved.set(name, reservedConcurrency);
    }
  }

  /** The memory is that of the version that takes most of the traffic. */
  inForce(name: string, alias: string): ReturnType<ServingFunctions['inForce']> {
    const found = this.#withAlias(name, alias);
    if (found === null) return null;
    const [main] = [...found.routes(alias)].sort((a, b) => b.share - a.share);
    return { memoryMb: found.versions.find(main!.version).memoryMb, provisioned: found.provisionedFor(alias) };
  }

  routes(name: string, alias: string): ReturnType<ServingFunctions['routes']> {
    const found = this.#withAlias(name, alias);
    if (found === null) return null;
    return found.routes(alias).map((route) => {
      const { memoryMb, errorShare } = found.versions.find(route.version);
      return { ...route, memoryMb, errorShare };
    });
  }

  /** By name or ARN, with or without a qualifier behind it. */
  function(reference: string): TwinFunction {
    this.#deploy();
    const name = /^(?:.*:function:)?([^:]+)/.exec(reference)?.[1] ?? '';
    const found = this.#functions.get(name);
    if (found === undefined) throw notFound(`Function not found: ${functionArn(this.#setting.place, name)}`);
    return found;
  }

  get count(): number {
    return this.#functions.size;
  }

  get accountConcurrency(): number {
    return Math.max(accountConcurrency, leastUnreserved + this.#reservedSum());
  }

  get unreserved(): number {
    return this.accountConcurrency - this.#reservedSum();
  }

  /** Null: nothing is reserved. */
  reserved(name: string): number | null {
    return this.#reserved.get(name) ?? null;
  }

  reserve(name: string, concurrency: number): void {
    const left = this.unreserved + (this.reserved(name) ?? 0) - concurrency;
    if (left < leastUnreserved) {
      throw invalid(
        `Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${leastUnreserved}].`,
      );
    }
    this.#reserved.set(name, concurrency);
  }

  get nowMs(): number {
    return this.#setting.clock.nowMs();
  }

  #withAlias(name: string, alias: string): TwinFunction | null {
    this.#deploy();
    const found = this.#functions.get(name);
    return found?.aliases().some((one) => one.name === alias) ? found : null;
  }

  #reservedSum(): number {
    return [...this.#reserved.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Deploys by script that have come due. */
  #deploy(): void {
    for (const { resource } of this.#setting.faults.due('alias-moved')) {
      for (const [name, one] of this.#functions) if (resource === null || resource === name) one.deploy();
    }
  }
}
