import { dirname, resolve } from 'node:path';
import { readInput } from '../input-file.ts';
import { readProfile } from '../profile.ts';
import type { ServiceProfile } from '../types.ts';
import { YamlSource } from '../yaml-source.ts';
import { checkDeployment } from './rules.ts';
import { type DeploymentFile, deploymentSchema } from './schema.ts';

export interface PoolDeployment {
  readonly autoScalingGroup: string;
  /** [variant] ARN of the target group of its instances; null: the variant is not reached through one. */
  readonly targetGroups: readonly (string | null)[];
  readonly handBackPolicy: string | null;
}

export interface FunctionDeployment {
  readonly name: string;
  readonly alias: string;
  readonly targetGroup: string | null;
}

/** Where a service runs: the AWS resources behind each part of its profile. Plain data. */
export interface Deployment {
  readonly name: string;
  readonly region: string;
  readonly loadBalancer: string | null;
  /** Router `weights`: the listener rule whose weights split the traffic. */
  readonly rule: string | null;
  /** Router `overflow`: HAProxy's stats socket, and the port on which the instances serve. */
  readonly router: { readonly socket: string; readonly instancePort: number } | null;
  /** [pool] */
  readonly pools: readonly PoolDeployment[];
  /** [variant] Null: the variant does not run on Lambda. */
  readonly functions: readonly (FunctionDeployment | null)[];
  readonly metrics: { readonly offsetSeconds: number; readonly windowSeconds: number };
  readonly maxRequestBytes: number | null;
  readonly lease: DeploymentFile['lease'];
  readonly killSwitch: DeploymentFile['killSwitch'];
}

export interface DeployedService {
  readonly deployment: Deployment;
  readonly profile: ServiceProfile;
}

/** From YAML (docs/aws.md), together with the profile that it names. */
export async function readDeployment(path: string): Promise<DeployedService> {
  const source = new YamlSource(await readInput(path, 'deployment file'), path);
  const file = source.read(deploymentSchema);
  const profile = await readProfile(resolve(dirname(path), file.profile));
  checkDeployment(file, profile, source);
  return { deployment: deploymentOf(file, profile), profile };
}

/** From YAML for a profile at hand; `file` is what refusals call it. */
export function parseDeployment(text: string, file: string, profile: ServiceProfile): Deployment {
  const source = new YamlSource(text, file);
  const read = source.read(deploymentSchema);
  checkDeployment(read, profile, source);
  return deploymentOf(read, profile);
}

/** From tables keyed by name to arrays in the order of the profile. */
function deploymentOf(file: DeploymentFile, profile: ServiceProfile): Deployment {
  const { version: _, profile: __, pools, functions, ...rest } = file;
  return {
    ...rest,
    pools: profile.pools.map(({ name }) => {
      const { targetGroups = {}, ...pool } = pools[name]!;
      return { ...pool, targetGroups: profile.variants.map((variant) => targetGroups[variant.name] ?? null) };
    }),
    functions: profile.variants.map(({ name }) => {
      const found = functions[name];
      return found === undefined ? null : { ...found, targetGroup: found.targetGroup ?? null };
    }),
  };
}
