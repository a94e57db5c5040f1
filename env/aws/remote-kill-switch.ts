import type { Deployment } from '../deployment/deployment.ts';
import { type KillSwitch, strictest } from '../guardrails/switch-state.ts';
import type { BulkReads } from './calls/bulk-reads.ts';

export interface RemoteKillSwitchParts {
  readonly deployment: Pick<Deployment, 'killSwitch' | 'pools'>;
  readonly reads: Pick<BulkReads, 'groups' | 'parameter'>;
}

export interface SwitchReading {
  readonly state: KillSwitch;
  /** Why it cannot be read; null: it can. */
  readonly why: string | null;
}

const clear: SwitchReading = { state: 'clear', why: null };
const pulled: SwitchReading = { state: 'pulled', why: null };

/**
 * A switch beside the host: an SSM parameter that must say `run`, and a tag whose presence on any group stops. What cannot be read, a
 * parameter that is not there included, stops too. Asked at every decision; never throws.
 */
export function remoteKillSwitch(parts: RemoteKillSwitchParts): () => Promise<SwitchReading> {
  const { parameter, tag } = parts.deployment.killSwitch;
  return async () => {
    const both = await Promise.all([
      parameter === null ? clear : byParameter(parameter, parts),
      tag === null ? clear : byTag(tag, parts),
    ]);
    const state = strictest(both.map((one) => one.state));
    return both.find((one) => one.state === state)!;
  };
}

async function byParameter(name: string, { reads }: RemoteKillSwitchParts): Promise<SwitchReading> {
  const { value, fault } = await reads.parameter(name);
  if (fault !== null) return { state: 'unreadable', why: `the parameter ${name}: ${fault.said}` };
  return value.trim() === 'run' ? clear : pulled;
}

async function byTag(tag: string, { deployment, reads }: RemoteKillSwitchParts): Promise<SwitchReading> {
  const groups = [...(await reads.groups(deployment.pools.map(({ autoScalingGroup }) => autoScalingGroup))).values()];
  const unread = groups.find((group) => 'kind' in group);
  if (unread !== undefined) return { state: 'unreadable', why: `the tags of a group: ${unread.said}` };
  return groups.some((group) => 'tags' in group && group.tags.includes(tag)) ? pulled : clear;
}
