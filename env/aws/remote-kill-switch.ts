import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { z } from 'zod';
import type { Deployment } from '../deployment/deployment.ts';
import { type KillSwitch, strictest } from '../guardrails/kill-switch.ts';
import type { BulkReads } from './calls/bulk-reads.ts';
import type { Calls } from './calls/call.ts';

export interface RemoteKillSwitchParts {
  readonly deployment: Pick<Deployment, 'killSwitch' | 'pools'>;
  readonly clients: { readonly parameters: SSMClient };
  readonly reads: Pick<BulkReads, 'groups'>;
  readonly calls: Calls;
}

const parameterShape = z.object({ Parameter: z.object({ Value: z.string() }) });

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

async function byParameter(name: string, { clients, calls }: RemoteKillSwitchParts): Promise<KillSwitch> {
  const { parameters } = clients;
  const { value } = await calls.read({
    operation: 'GetParameter',
    client: parameters,
    send: (options) => parameters.send(new GetParameterCommand({ Name: name }), options),
    shape: parameterShape,
  });
  if (value === null) return 'unreadable';
  return value.Parameter.Value.trim() === 'run' ? 'clear' : 'pulled';
}

async function byTag(tag: string, { deployment, reads }: RemoteKillSwitchParts): Promise<KillSwitch> {
  const groups = [...(await reads.groups(deployment.pools.map(({ autoScalingGroup }) => autoScalingGroup))).values()];
  if (groups.some((group) => 'kind' in group)) return 'unreadable';
  return groups.some((group) => 'tags' in group && group.tags.includes(tag)) ? 'pulled' : 'clear';
}
