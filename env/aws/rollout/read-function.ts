import {
  GetAliasCommand,
  GetFunctionConfigurationCommand,
  GetProvisionedConcurrencyConfigCommand,
  type LambdaClient,
} from '@aws-sdk/client-lambda';
import { z } from 'zod';
import type { Answer, Calls } from '../calls/call.ts';
import type { Canary } from '../writing/mutation.ts';
import type {
  ConfigurationReading,
  FunctionReading,
  Provisioned,
  ReadVersions,
  VersionReading,
} from './function-reading.ts';
import { type PublishedVersion, readVersions } from './read-versions.ts';

/** How a function is read; in shadow mode with what shadow would have done to it. */
export interface ReadsFunctions {
  /** Everything that a rollout goes by. */
  read(name: string, alias: string, versions: ReadVersions): Promise<Answer<FunctionReading>>;
  /** What it serves, in one call. */
  alias(name: string, alias: string): Promise<Answer<FunctionReading['alias']>>;
  /** Provisioned concurrency of a version or an alias; null: it has none. */
  provisioned(name: string, qualifier: string): Promise<Answer<Provisioned | null>>;
  /** All that are published, oldest first. */
  versions(name: string): Promise<Answer<readonly PublishedVersion[]>>;
}

const configurationShape = z.looseObject({
  MemorySize: z.number().int().positive(),
  Version: z.string().min(1),
  RevisionId: z.string().min(1),
  Description: z.string().optional(),
  State: z.string().optional(),
  LastUpdateStatus: z.string().optional(),
});
type Configuration = z.output<typeof configurationShape>;

const aliasShape = z.object({
  FunctionVersion: z.string().min(1),
  RevisionId: z.string().min(1),
  RoutingConfig: z.object({ AdditionalVersionWeights: z.record(z.string(), z.number()).optional() }).optional(),
});

const provisionedShape = z.object({
  RequestedProvisionedConcurrentExecutions: z.number().int().nonnegative(),
  Status: z.enum(['IN_PROGRESS', 'READY', 'FAILED']),
});

/** By Lambda's Get calls, which are current. */
export class FunctionReader implements ReadsFunctions {
  readonly #lambda: LambdaClient;
  readonly #calls: Calls;

  constructor(lambda: LambdaClient, calls: Calls) {
    this.#lambda = lambda;
    this.#calls = calls;
  }

  async read(name: string, alias: string, versions: ReadVersions): Promise<Answer<FunctionReading>> {
    const found = await this.alias(name, alias);
    if (found.fault !== null) return found;
    const latest = await this.#configuration(name, null);
    if (latest.fault !== null) return latest;
    const old = await this.#version(name, versions.old ?? found.value.version);
    if (old.fault !== null) return old;
    const fresh = versions.new === null ? absent : await this.#version(name, versions.new);
    if (fresh.fault !== null && fresh.fault.kind !== 'not-found') return fresh;
    const value = {
      latest: { ...stateOf(latest.value), revision: latest.value.RevisionId },
      alias: found.value,
      old: old.value.reading,
      new: fresh.value?.reading ?? null,
      isLatestReleased: releasedPart(latest.value) === releasedPart(old.value.configuration),
    };
    return { value, fault: null };
  }

  async provisioned(name: string, qualifier: string): Promise<Answer<Provisioned | null>> {
    if (qualifier === '$LATEST') return absent;
    const command = new GetProvisionedConcurrencyConfigCommand({ FunctionName: name, Qualifier: qualifier });
    const { value, fault } = await this.#calls.read({
      operation: 'GetProvisionedConcurrencyConfig',
      client: this.#lambda,
      send: (options) => this.#lambda.send(command, options),
      shape: provisionedShape,
    });
    if (fault?.code === 'ProvisionedConcurrencyConfigNotFound') return { value: null, fault: null };
    if (fault !== null) return { value, fault };
    const state = ({ IN_PROGRESS: 'busy', READY: 'ready', FAILED: 'failed' } as const)[value.Status];
    return { value: { environments: value.RequestedProvisionedConcurrentExecutions, state }, fault };
  }

  versions(name: string): Promise<Answer<readonly PublishedVersion[]>> {
    return readVersions(this.#lambda, (call) => this.#calls.read(call), name);
  }

  async #version(
    name: string,
    version: string,
  ): Promise<Answer<{ reading: VersionReading; configuration: Configuration }>> {
    const configuration = await this.#configuration(name, version);
    if (configuration.fault !== null) return configuration;
    const provisioned = await this.provisioned(name, version);
    if (provisioned.fault !== null) return provisioned;
    const { Version, Description = '' } = configuration.value;
    const reading = {
      ...stateOf(configuration.value),
      version: Version,
      description: Description,
      provisioned: provisioned.value,
    };
    return { value: { reading, configuration: configuration.value }, fault: null };
  }

  #configuration(name: string, qualifier: string | null): Promise<Answer<Configuration>> {
    const input = { FunctionName: name, ...(qualifier === null ? {} : { Qualifier: qualifier }) };
    return this.#calls.read({
      operation: 'GetFunctionConfiguration',
      client: this.#lambda,
      send: (options) => this.#lambda.send(new GetFunctionConfigurationCommand(input), options),
      shape: configurationShape,
    });
  }

  async alias(name: string, alias: string): Promise<Answer<FunctionReading['alias']>> {
    const { value, fault } = await this.#calls.read({
      operation: 'GetAlias',
      client: this.#lambda,
      send: (options) => this.#lambda.send(new GetAliasCommand({ FunctionName: name, Name: alias }), options),
      shape: aliasShape,
    });
    if (fault !== null) return { value, fault };
    const canary = canaryOf(value.RoutingConfig?.AdditionalVersionWeights ?? {});
    return { value: { version: value.FunctionVersion, canary, revision: value.RevisionId }, fault };
  }
}

const absent = { value: null, fault: null } as const;

function stateOf({ MemorySize, State, LastUpdateStatus }: Configuration): ConfigurationReading {
  const isBusy = State === 'Pending' || LastUpdateStatus === 'InProgress';
  const isFailed = State === 'Failed' || LastUpdateStatus === 'Failed';
  return { memoryMb: MemorySize, state: isBusy ? 'busy' : isFailed ? 'failed' : 'ready' };
}

function canaryOf(weights: Readonly<Record<string, number>>): Canary | null {
  const [entry] = Object.entries(weights).filter(([, share]) => share > 0);
  return entry === undefined ? null : { version: entry[0], share: entry[1] };
}

/** What decides how a function answers, but for its memory (FunctionConfiguration, AWS Lambda API reference). */
const released = [
  'CodeSha256',
  'Runtime',
  'Role',
  'Handler',
  'Timeout',
  'Environment',
  'Layers',
  'VpcConfig',
  'DeadLetterConfig',
  'FileSystemConfigs',
  'ImageConfigResponse',
  'Architectures',
  'EphemeralStorage',
  'PackageType',
] as const;

/** To be compared and forgotten: the environment of a function may hold secrets. */
function releasedPart(configuration: Configuration): string {
  return JSON.stringify(released.map((name) => sorted(configuration[name] ?? null)));
}

/** A map's members have no order on the wire. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [name, sorted(member)] as const);
  return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1)));
}
