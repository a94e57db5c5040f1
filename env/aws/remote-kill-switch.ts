import { type AutoScalingClient, DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling';
import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { z } from 'zod';
import type { Deployment } from '../deployment/deployment.ts';
import { type KillSwitch, strictest } from '../guardrails/kill-switch.ts';
import type { Calls } from './calls/call.ts';

export interface RemoteKillSwitchParts {
  readonly deployment: Pick<Deployment, 'killSwitch' | 'pools'>;
  readonly clients: { readonly parameters: SSMClient; readonly autoScaling: AutoScalingClient };
  readonly calls: Calls;
}

const parameterShape = z.object({ Parameter: z.object({ Value: z.string() }) });
const groupsShape = z.object({
  AutoScalingGroups: z.array(z.object({ Tags: z.array(z.object({ Key: z.string() })).default([]) })),
});

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

async function byTag(tag: string, { deployment, clients, calls }: RemoteKillSwitchParts): Promise<KillSwitch> {
  const { autoScaling } = clients;
  const names = deployment.pools.map(({ autoScalingGroup }) => autoScalingGroup);
  const command = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: names, IncludeInstances: false });
  const { value } = await calls.read({
    operation: 'DescribeAutoScalingGroups',
    client: autoScaling,
    send: (options) => autoScaling.send(command, options),
    shape: groupsShape,
  });
  if (value === null || value.AutoScalingGroups.length < names.length) return 'unreadable';
  return value.AutoScalingGroups.some(({ Tags }) => Tags.some(({ Key }) => Key === tag)) ? 'pulled' : 'clear';
}
