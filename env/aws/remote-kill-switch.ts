import type { Deployment } from '../deployment/deployment.ts';
import { type KillSwitch, strictest } from '../guardrails/switch-state.ts';
import type { BulkReads } from './calls/bulk-reads.ts';

export interface RemoteKillSwitchParts {
  readonly deployment: Pick<Deployment, 'killSwitch' | 'pools'>;
  readonly reads: Pick<BulkReads, 'groups' | 'parameter'>;
}

/**
 * A switch beside the host: an SSM parameter that must say `run`, and a tag whose presence on any group stops. What cannot be read, a
 * parameter that is not there included, stops too. Asked at every decision; never throws.
 */
export function remoteKillSwitch(parts: RemoteKillSwitchParts): () => Promise<KillSwitch> {
  const { parameter, tag } = parts.deployment.killSwitch;
  return async () =>
    strictest(
      await Promise.all([
        parameter === null ? 'clear' : byParameter(parameter, parts),
        tag === null ? 'clear' : byTag(tag, parts),
      ]),
    );
}

async function byParameter(name: string, { reads }: RemoteKillSwitchParts): Promise<KillSwitch> {
  const value = await reads.parameter(name);
  if (value === null) return 'unreadable';
  return value.trim() === 'run' ? 'clear' : 'pulled';
}

async function byTag(tag: string, { deployment, reads }: RemoteKillSwitchParts): Promise<KillSwitch> {
  const groups = [...(await reads.groups(deployment.pools.map(({ autoScalingGroup }) => autoScalingGroup))).values()];
  if (groups.some((group) => 'kind' in group)) return 'unreadable';
  return groups.some((group) => 'tags' in group && group.tags.includes(tag)) ? 'pulled' : 'clear';
}
