import type { BulkReads } from '../calls/bulk-reads.ts';
import type { Group } from '../fleet/group-reader.ts';

/** [group] The instances that should serve: in service and healthy; null: nobody knows, so nothing is to be changed. */
export async function servingInstances(
  reads: Pick<BulkReads, 'groups'>,
  names: readonly string[],
): Promise<(string[] | null)[]> {
  const groups = await reads.groups(names);
  return names.map((name) => {
    const group = groups.get(name)!;
    return 'kind' in group ? null : servingIn(group);
  });
}

function servingIn({ instances }: Group): string[] {
  return instances.filter(({ lifecycle, isHealthy }) => lifecycle === 'InService' && isHealthy).map(({ id }) => id);
}
