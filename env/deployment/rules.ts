import { didYouMean } from '../did-you-mean.ts';
import type { ServiceProfile } from '../types.ts';
import type { YamlSource } from '../yaml-source.ts';
import type { DeploymentFile } from './schema.ts';

/** What a deployment and its profile must keep to together. Refuses through the source, which knows the lines. */
export function checkDeployment(file: DeploymentFile, profile: ServiceProfile, source: YamlSource): void {
  checkNames(file, profile, source);
  checkRouter(file, profile, source);
  if (file.lease.table !== null && file.lease.file !== null) {
    source.refuse(
      ['lease', 'file'],
      'lease.file is given beside lease.table, but must be alone: one lease needs one keeper, so remove one of them.',
    );
  }
}

function checkNames(file: DeploymentFile, profile: ServiceProfile, source: YamlSource): void {
  const pools = profile.pools.map(({ name }) => name);
  const variants = profile.variants.map(({ name }) => name);
  for (const name of Object.keys(file.pools)) refuseUnknown(source, ['pools', name], name, 'pool', pools);
  for (const name of pools) {
    if (file.pools[name] !== undefined) continue;
    source.refuse(
      ['pools'],
      `pools.${name} is missing, but must be there, because ${profile.name} has that pool: add it.`,
    );
  }
  for (const name of Object.keys(file.functions)) {
    refuseUnknown(source, ['functions', name], name, 'variant', variants);
  }
  for (const [pool, { targetGroups = {} }] of Object.entries(file.pools)) {
    for (const name of Object.keys(targetGroups)) {
      refuseUnknown(source, ['pools', pool, 'targetGroups', name], name, 'variant', variants);
    }
  }
}

function refuseUnknown(
  source: YamlSource,
  path: readonly string[],
  name: string,
  kind: string,
  known: readonly string[],
): void {
  if (known.includes(name)) return;
  source.refuse(
    path,
    `${path.join('.')} names a ${kind} that the profile does not have, but must be one of ${known.join(', ')}: correct or remove it${didYouMean(name, known) || '.'}`,
  );
}

/** A load balancer splits between target groups by a rule; an overflow router is spoken to through its socket. */
function checkRouter(file: DeploymentFile, profile: ServiceProfile, source: YamlSource): void {
  if (profile.router === 'overflow') {
    if (file.router !== null) return;
    source.refuse(
      ['router'],
      `router is missing, but must be there, because the router of ${profile.name} is overflow: name the socket of its HAProxy.`,
    );
  }
  for (const field of ['loadBalancer', 'rule'] as const) {
    if (file[field] !== null) continue;
    source.refuse(
      [field],
      `${field} is missing, but must be there, because the router of ${profile.name} is weights: give its ARN.`,
    );
  }
  for (const [pool, { targetGroups }] of Object.entries(file.pools)) {
    if (targetGroups !== undefined) continue;
    source.refuse(
      ['pools', pool],
      `pools.${pool}.targetGroups is missing, but must be there, because the router of ${profile.name} is weights: give one per variant.`,
    );
  }
}
