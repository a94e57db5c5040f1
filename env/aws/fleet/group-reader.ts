import { type AutoScalingClient, DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling';
import { z } from 'zod';
import type { Calls } from '../calls/call.ts';
import { garbled } from '../calls/classify.ts';
import type { Fault } from '../calls/fault.ts';
import { capacityShape, otherUnit } from './capacity-unit.ts';

export interface Instance {
  readonly id: string;
  /** As in InService, Pending:Wait, Terminating, Warmed:Stopped. */
  readonly lifecycle: string;
  readonly isHealthy: boolean;
  readonly isProtected: boolean;
}

/** An Auto Scaling group, as of now. */
export interface Group {
  readonly min: number;
  readonly max: number;
  readonly desired: number;
  readonly instances: readonly Instance[];
  /** Names of the suspended processes. */
  readonly suspended: readonly string[];
  /** Keys of the tags. */
  readonly tags: readonly string[];
}

/** Of DescribeAutoScalingGroups (Auto Scaling API reference); more are refused or cut off. */
const mostNames = 100;
const mostPages = 50;

const count = z.number().int().min(0);

const answerShape = z.object({
  AutoScalingGroups: z.array(
    z.object({
      AutoScalingGroupName: z.string(),
      MinSize: count,
      MaxSize: count,
      DesiredCapacity: count,
      ...capacityShape,
      Instances: z
        .array(
          z.object({
            InstanceId: z.string(),
            LifecycleState: z.string(),
            HealthStatus: z.string().optional(),
            ProtectedFromScaleIn: z.boolean().optional(),
            WeightedCapacity: z.string().optional(),
          }),
        )
        .default([]),
      SuspendedProcesses: z.array(z.object({ ProcessName: z.string() })).default([]),
      Tags: z.array(z.object({ Key: z.string() })).default([]),
    }),
  ),
  NextToken: z.string().nullish(),
});

type Page = z.infer<typeof answerShape>;

/** By name, each a group or why it could not be read. Never throws. */
export async function readGroups(
  client: AutoScalingClient,
  calls: Calls,
  names: readonly string[],
): Promise<ReadonlyMap<string, Group | Fault>> {
  const parts = Array.from({ length: Math.ceil(names.length / mostNames) }, (_, part) =>
    readPart(client, calls, names.slice(part * mostNames, (part + 1) * mostNames)),
  );
  return new Map((await Promise.all(parts)).flatMap((part) => [...part]));
}

async function readPart(
  client: AutoScalingClient,
  calls: Calls,
  names: readonly string[],
): Promise<Map<string, Group | Fault>> {
  const found = new Map<string, Group | Fault>();
  let missing: Fault = notFound;
  const seen = new Set<string>();
  let token: string | null = null;
  for (let page = 0; page < mostPages; page++) {
    const answer: Page | Fault = await readPage(client, calls, names, token);
    if ('kind' in answer) {
      missing = answer;
      break;
    }
    for (const group of answer.AutoScalingGroups) found.set(group.AutoScalingGroupName, groupOf(group));
    token = answer.NextToken ?? null;
    if (token === null || token === '') break;
    if (seen.has(token)) missing = garbled('DescribeAutoScalingGroups', 'its pages never end');
    if (seen.has(token)) break;
    seen.add(token);
  }
  return new Map(names.map((name) => [name, found.get(name) ?? missing]));
}

/** Auto Scaling answers a name that it does not know with nothing at all. */
const notFound: Fault = {
  kind: 'not-found',
  code: 'GroupNotFound',
  said: 'DescribeAutoScalingGroups: there is no such group',
  isUnknown: false,
};

async function readPage(
  client: AutoScalingClient,
  calls: Calls,
  names: readonly string[],
  token: string | null,
): Promise<Page | Fault> {
  const command = new DescribeAutoScalingGroupsCommand({
    AutoScalingGroupNames: [...names],
    MaxRecords: mostNames,
    ...(token === null ? {} : { NextToken: token }),
  });
  const answer = await calls.read({
    operation: 'DescribeAutoScalingGroups',
    client,
    send: (options) => client.send(command, options),
    shape: answerShape,
  });
  return answer.fault ?? answer.value;
}

function groupOf(group: Page['AutoScalingGroups'][number]): Group | Fault {
  const unit = otherUnit(group);
  if (unit !== null) {
    const said = `DescribeAutoScalingGroups: its sizes are counted in ${unit}, and not in instances`;
    return { kind: 'invalid', code: 'CapacityUnit', said, isUnknown: false };
  }
  return {
    min: group.MinSize,
    max: group.MaxSize,
    desired: group.DesiredCapacity,
    suspended: group.SuspendedProcesses.map(({ ProcessName }) => ProcessName),
    tags: group.Tags.map(({ Key }) => Key),
    instances: group.Instances.map((one) => ({
      id: one.InstanceId,
      lifecycle: one.LifecycleState,
      isHealthy: one.HealthStatus === undefined || /^healthy$/i.test(one.HealthStatus),
      isProtected: one.ProtectedFromScaleIn ?? false,
    })),
  };
}
