import type { Answer } from '../calls/call.ts';
import type { FunctionMutation, Mutation } from '../writing/mutation.ts';
import type { Imagines } from '../writing/shadow-writer.ts';
import type { FunctionReading, Provisioned, ReadVersions, VersionReading } from './function-reading.ts';
import type { ReadsFunctions } from './read-function.ts';
import type { PublishedVersion } from './read-versions.ts';

/** A function as shadow mode would have made it. */
interface Imagined {
  /** What the alias really served when this began; where that changes, shadow begins again from what is real. */
  readonly realVersion: string;
  readonly versions: Map<string, VersionReading>;
  readonly deleted: Set<string>;
  latestMb: number;
  alias: FunctionReading['alias'];
}

/** The functions of a shadow run: as they are, with what its rollouts would have done to them at once. */
export class ShadowFunctions implements ReadsFunctions, Imagines {
  readonly #reader: ReadsFunctions;
  readonly #functions = new Map<string, Imagined>();

  constructor(reader: ReadsFunctions) {
    this.#reader = reader;
  }

  async read(name: string, alias: string, versions: ReadVersions): Promise<Answer<FunctionReading>> {
    const { value: real, fault } = await this.#reader.read(name, alias, { old: null, new: null });
    if (fault !== null) return { value: real, fault };
    const known = this.#functions.get(name);
    const imagined = known?.realVersion === real.alias.version ? known : imaginedFrom(real);
    this.#functions.set(name, imagined);
    const versionOf = (version: string) => imagined.versions.get(version) ?? null;
    const value = {
      latest: { ...real.latest, memoryMb: imagined.latestMb },
      alias: imagined.alias,
      old: versionOf(versions.old ?? imagined.alias.version) ?? real.old,
      new: versions.new === null ? null : versionOf(versions.new),
      isLatestReleased: real.isLatestReleased,
    };
    return { value, fault: null };
  }

  async alias(name: string, alias: string): Promise<Answer<FunctionReading['alias']>> {
    const answer = await this.#reader.alias(name, alias);
    const imagined = this.#functions.get(name);
    return imagined !== undefined && imagined.realVersion === answer.value?.version
      ? { value: imagined.alias, fault: null }
      : answer;
  }

  provisioned(name: string, qualifier: string): Promise<Answer<Provisioned | null>> {
    return this.#reader.provisioned(name, qualifier);
  }

  /** The real ones, with those that shadow would have published, and without those that it would have deleted. */
  async versions(name: string): Promise<Answer<readonly PublishedVersion[]>> {
    const answer = await this.#reader.versions(name);
    const imagined = this.#functions.get(name);
    if (answer.fault !== null || imagined === undefined) return answer;
    const { versions, deleted, alias } = imagined;
    const real = answer.value.filter(({ version }) => !deleted.has(version));
    const known = new Set(real.map(({ version }) => version));
    const made = [...versions.values()]
      .filter(({ version }) => !known.has(version))
      .map(({ version, description }) => ({
        version,
        description,
        isUsed: version === alias.version || version === alias.canary?.version,
      }));
    return { value: [...real, ...made], fault: null };
  }

  note(mutation: Mutation): unknown {
    if (!('function' in mutation)) return undefined;
    const imagined = this.#functions.get(mutation.function);
    return imagined && change(imagined, mutation);
  }
}

function imaginedFrom({ alias, latest, old }: FunctionReading): Imagined {
  return {
    realVersion: alias.version,
    versions: new Map([[old.version, old]]),
    deleted: new Set(),
    latestMb: latest.memoryMb,
    alias,
  };
}

function change(imagined: Imagined, mutation: FunctionMutation): unknown {
  switch (mutation.kind) {
    case 'update-memory':
      imagined.latestMb = mutation.memoryMb;
      return undefined;
    case 'publish-version':
      return publish(imagined, mutation.description);
    case 'update-alias':
      imagined.alias = { ...imagined.alias, version: mutation.version, canary: mutation.canary };
      return undefined;
    case 'provision':
      return provision(imagined, mutation.version, { environments: mutation.environments, state: 'ready' });
    case 'unprovision':
      return provision(imagined, mutation.version, null);
    case 'delete-version':
      imagined.versions.delete(mutation.version);
      imagined.deleted.add(mutation.version);
      return undefined;
  }
}

/** The number is a guess: the next one after those that are known. */
function publish({ versions, latestMb }: Imagined, description: string): { Version: string } {
  const version = String(Math.max(0, ...[...versions.keys()].map(Number).filter(Number.isFinite)) + 1);
  versions.set(version, { version, description, memoryMb: latestMb, state: 'ready', provisioned: null });
  return { Version: version };
}

function provision({ versions }: Imagined, version: string, provisioned: Provisioned | null): undefined {
  const found = versions.get(version);
  if (found !== undefined) versions.set(version, { ...found, provisioned });
}
