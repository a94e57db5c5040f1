import type { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import type { Deployment } from '../../deployment/deployment.ts';
import type { Calls } from '../call.ts';
import { type Group, readGroups } from '../group-reader.ts';
import type { Serving } from './fleet-commands.ts';
import { instanceName, type Resolve } from './instance-address.ts';

export interface InstanceSource {
  readonly client: AutoScalingClient;
  readonly calls: Calls;
  readonly deployment: Pick<Deployment, 'pools' | 'region'>;
  /** Where the instances listen. */
  readonly port: number;
  readonly resolve: Resolve;
}

/** [pool] The instances that should serve: in service and healthy; null: nobody knows, so nothing is to be changed. */
export async function servingInstances(source: InstanceSource): Promise<(Serving[] | null)[]> {
  const { client, calls, deployment } = source;
  const names = deployment.pools.map(({ autoScalingGroup }) => autoScalingGroup);
  const groups = await readGroups(client, calls, names);
  return Promise.all(
    names.map(async (name) => {
      const group = groups.get(name)!;
      return 'kind' in group ? null : serving(group, source);
    }),
  );
}

async function serving({ instances }: Group, { deployment, port, resolve }: InstanceSource): Promise<Serving[]> {
  const fit = instances.filter(({ lifecycle, isHealthy }) => lifecycle === 'InService' && isHealthy);
  return Promise.all(
    fit.map(async ({ id }) => {
      const host = await resolve(instanceName(id, deployment.region)).catch(() => null);
      return { id, address: host === null ? null : { host, port } };
    }),
  );
}
