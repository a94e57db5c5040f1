import { DescribeTargetGroupsCommand, DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Deployment } from '../../deployment/deployment.ts';
import type { Answer } from '../calls/call.ts';
import { type Examination, part } from './examination.ts';
import { about, type Finding } from './finding.ts';
import type { Check, Patient } from './patient.ts';
import { shortArn } from './rule.ts';
import { shapes, type Target, type TargetGroup } from './shapes.ts';
import { unread } from './unread.ts';

interface Expected {
  readonly arn: string;
  /** The function and alias behind it; null: instances. */
  readonly alias: string | null;
  /** Auto Scaling group of its instances. */
  readonly group: string | null;
}

/** The target groups are there, of the load balancer, of the right type, and somebody answers in them. */
export const targets: Check = async (patient) => {
  const found = await Promise.all(expected(patient.deployment).map((one) => targetGroup(one, patient)));
  return found.flat();
};

function expected({ pools, functions }: Deployment): readonly Expected[] {
  const ofPools = pools.flatMap(({ autoScalingGroup, targetGroups }) =>
    targetGroups.map((arn) => ({ arn, alias: null, group: autoScalingGroup })),
  );
  const ofFunctions = functions.map((one) => ({
    arn: one?.targetGroup ?? null,
    alias: `${one?.name}:${one?.alias}`,
    group: null,
  }));
  const all = [...ofPools, ...ofFunctions].flatMap((one) => (one.arn === null ? [] : [{ ...one, arn: one.arn }]));
  return [...new Map(all.map((one) => [one.arn, one])).values()];
}

async function targetGroup(wanted: Expected, patient: Patient): Promise<readonly Finding[]> {
  const on = about('targets', shortArn(wanted.arn).split('/')[1] ?? wanted.arn);
  const { value: group, fault } = await readGroup(wanted.arn, patient.readings);
  if (fault !== null) return [unread(on, fault)];
  if (group === null) return [on.problem('There is no such target group.', 'Correct its ARN in the deployment file.')];
  const targets = await readTargets(wanted.arn, patient.readings);
  if (targets.fault !== null) return [unread(on, targets.fault)];
  const findings = [...place(wanted, group, patient.deployment, on), ...members(wanted, targets.value, on)];
  if (findings.length > 0) return findings;
  if (wanted.alias !== null) return [on.ok(`${wanted.alias} is registered in it.`)];
  return [on.ok(`${healthy(targets.value)} of ${targets.value.length} targets healthy.`)];
}

async function readGroup(arn: string, readings: Examination): Promise<Answer<TargetGroup | null>> {
  const { loadBalancing: client } = readings.clients;
  const answer = await readings.read('elasticloadbalancing:DescribeTargetGroups', arn, {
    client,
    send: (options) => client.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [arn] }), options),
    shape: shapes.targetGroups,
  });
  return part(answer, ({ TargetGroups }) => TargetGroups.find((one) => one.TargetGroupArn === arn) ?? null);
}

async function readTargets(arn: string, readings: Examination): Promise<Answer<readonly Target[]>> {
  const { loadBalancing: client } = readings.clients;
  const answer = await readings.read('elasticloadbalancing:DescribeTargetHealth', arn, {
    client,
    send: (options) => client.send(new DescribeTargetHealthCommand({ TargetGroupArn: arn }), options),
    shape: shapes.targets,
  });
  return part(answer, ({ TargetHealthDescriptions }) => TargetHealthDescriptions);
}

function place(
  { alias }: Expected,
  { TargetType, LoadBalancerArns }: TargetGroup,
  { loadBalancer }: Deployment,
  on: ReturnType<typeof about>,
): readonly Finding[] {
  const findings: Finding[] = [];
  if ((TargetType === 'lambda') !== (alias !== null)) {
    findings.push(
      on.problem(
        `Its targets are of the type ${TargetType}, but must be ${alias === null ? 'instances' : 'a Lambda function'}.`,
        'Correct its ARN in the deployment file.',
      ),
    );
  }
  if (loadBalancer !== null && LoadBalancerArns.length > 0 && !LoadBalancerArns.includes(loadBalancer)) {
    findings.push(
      on.problem('It belongs to another load balancer.', 'Correct its ARN, or loadBalancer, in the deployment file.'),
    );
  }
  return findings;
}

/** A function must be registered by its alias, or a rollout never reaches the traffic (ELB user guide, Lambda functions as targets). */
function members(
  { alias, group }: Expected,
  targets: readonly Target[],
  on: ReturnType<typeof about>,
): readonly Finding[] {
  if (alias !== null) {
    const id = targets[0]?.Target?.Id ?? null;
    if (id?.endsWith(`:function:${alias}`)) return [];
    return [
      on.problem(
        id === null ? 'No function is registered in it.' : `It is registered for ${shortArn(id)}, not for ${alias}.`,
        `Register the ARN of the alias ${alias}, and let the load balancer invoke it.`,
      ),
    ];
  }
  if (targets.length === 0) {
    return [
      on.warning(`It has no targets: ${group} may be empty, or not attached.`, `Attach it to the group ${group}.`),
    ];
  }
  if (healthy(targets) > 0) return [];
  return [
    on.problem(
      `None of its ${targets.length} targets is healthy.`,
      'Look at the reason of the health check in the console before anything scales.',
    ),
  ];
}

function healthy(targets: readonly Target[]): number {
  return targets.filter(({ TargetHealth }) => TargetHealth?.State === 'healthy').length;
}
