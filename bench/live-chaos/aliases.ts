import type { Call } from '../../env/twin/call-log.ts';
import type { Inside } from '../../env/twin/inside.ts';

interface Watched {
  /** Where it is, as far as Spillway or a deploy was seen to move it. */
  version: number;
  /** Where the newest deploy put it. */
  deployed: number;
}

/** Where deploys put the aliases of the functions: nothing of Spillway's may lead behind that. */
export class Aliases {
  readonly #lambda: Inside['services']['lambda'];
  /** [function] */
  readonly #watched = new Map<string, Watched>();

  constructor({ services }: Inside) {
    this.#lambda = services.lambda;
  }

  /** Before a call of Lambda is done. */
  look({ input }: Call): void {
    const { FunctionName: name } = input;
    if (typeof name !== 'string') return;
    const version = this.#versionOf(name);
    const before = this.#watched.get(name);
    if (before === undefined) this.#watched.set(name, { version, deployed: version });
    else if (version !== before.version) this.#watched.set(name, { version, deployed: version });
  }

  /** A sentence where the alias was moved back over a deploy; null: it was not. */
  moved({ input }: Call): string | null {
    const name = String(input.FunctionName);
    const watched = this.#watched.get(name)!;
    watched.version = this.#versionOf(name);
    const routing = input.RoutingConfig as { AdditionalVersionWeights?: Readonly<Record<string, number>> } | undefined;
    const all = [watched.version, ...Object.keys(routing?.AdditionalVersionWeights ?? {}).map(Number)];
    const oldest = Math.min(...all);
    if (oldest >= watched.deployed) return null;
    return `the alias of ${name} leads to version ${oldest} again, where a deploy had put it at ${watched.deployed}`;
  }

  #versionOf(FunctionName: string): number {
    return Number(this.#lambda.GetAlias!({ FunctionName, Name: 'live' }).FunctionVersion);
  }
}
