import type { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import type { Calls } from '../calls/call.ts';
import { type Group, readGroups } from '../fleet/group-reader.ts';

/** [group] The instances that should serve: in service and healthy; null: nobody knows, so nothing is to be changed. */
export async function servingInstances(
  client: AutoScalingClient,
  calls: Calls,
  names: readonly string[],
): Promise<(string[] | null)[]> {
  const groups = await readGroups(client, calls, names);
  return names.map((name) => {
    const group = groups.get(name)!;
    return 'kind' in group ? null : servingIn(group);
  });
}

function servingIn({ instances }: Group): string[] {
  return instances.filter(({ lifecycle, isHealthy }) => lifecycle === 'InService' && isHealthy).map(({ id }) => id);
}
