import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  CreateLaunchConfigurationCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { CreateAliasCommand, CreateFunctionCommand, LambdaClient, PublishVersionCommand } from '@aws-sdk/client-lambda';
import type { Deployment } from '../../../env/deployment/deployment.ts';
import type { ServiceProfile } from '../../../env/types.ts';

export const madeUpCredentials = { accessKeyId: 'made-up', secretAccessKey: 'made-up' };
const region = 'eu-west-1';
/** A zip file with nothing in it. */
const emptyArchive = Buffer.from('UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==', 'base64');

/** Makes what the deployment names in an empty account; returns it with the ARNs that the account gave. */
export async function makeAccount(
  endpoint: string,
  deployment: Deployment,
  profile: ServiceProfile,
): Promise<Deployment> {
  const configuration = { region, endpoint, credentials: madeUpCredentials };
  const balancing = new ElasticLoadBalancingV2Client(configuration);
  const subnets = await ask(
    endpoint,
    'ec2',
    { Action: 'DescribeSubnets', Version: '2016-11-15' },
    /<subnetId>([^<]+)/g,
  );
  const [vpc] = await ask(endpoint, 'ec2', { Action: 'DescribeVpcs', Version: '2016-11-15' }, /<vpcId>([^<]+)/g);
  await makeFunctions(endpoint, new LambdaClient(configuration), deployment, profile);
  const targetGroup = async (name: string, type: 'instance' | 'lambda') => {
    const place = type === 'lambda' ? {} : { Protocol: 'HTTP' as const, Port: 80, VpcId: vpc! };
    const made = await balancing.send(new CreateTargetGroupCommand({ Name: name, TargetType: type, ...place }));
    return made.TargetGroups![0]!.TargetGroupArn!;
  };
  const pools = await inTurn(deployment.pools, async (pool, index) => ({
    ...pool,
    targetGroups: await inTurn(pool.targetGroups, (_, variant) => targetGroup(`p${index}-v${variant}`, 'instance')),
  }));
  await makeGroups(new AutoScalingClient(configuration), pools, profile);
  const functions = await inTurn(deployment.functions, async (one, variant) =>
    one === null ? null : { ...one, targetGroup: await targetGroup(`f-v${variant}`, 'lambda') },
  );
  const balancer = await balancing.send(
    new CreateLoadBalancerCommand({ Name: 'spillway', Subnets: subnets.slice(0, 2) }),
  );
  const loadBalancer = balancer.LoadBalancers![0]!.LoadBalancerArn!;
  const forward = [{ Type: 'forward' as const, TargetGroupArn: pools[0]!.targetGroups[0]! }];
  const listener = await balancing.send(
    new CreateListenerCommand({ LoadBalancerArn: loadBalancer, Protocol: 'HTTP', Port: 80, DefaultActions: forward }),
  );
  const rule = await balancing.send(
    new CreateRuleCommand({
      ListenerArn: listener.Listeners![0]!.ListenerArn!,
      Priority: 1,
      Conditions: [{ Field: 'path-pattern', Values: ['/*'] }],
      Actions: forward,
    }),
  );
  return { ...deployment, pools, functions, loadBalancer, rule: rule.Rules![0]!.RuleArn! };
}

async function makeGroups(
  scaling: AutoScalingClient,
  pools: Deployment['pools'],
  profile: ServiceProfile,
): Promise<void> {
  for (const [index, { autoScalingGroup, targetGroups }] of pools.entries()) {
    const { instanceType, min } = profile.pools[index]!;
    const launch = { LaunchConfigurationName: autoScalingGroup, ImageId: 'ami-12c6146b', InstanceType: instanceType };
    await scaling.send(new CreateLaunchConfigurationCommand(launch as never));
    await scaling.send(
      new CreateAutoScalingGroupCommand({
        AutoScalingGroupName: autoScalingGroup,
        LaunchConfigurationName: autoScalingGroup,
        MinSize: min,
        MaxSize: 20,
        DesiredCapacity: min,
        AvailabilityZones: [`${region}a`],
        TargetGroupARNs: targetGroups.flatMap((one) => one ?? []),
      }),
    );
  }
}

async function makeFunctions(
  endpoint: string,
  lambda: LambdaClient,
  { functions }: Deployment,
  { lambda: { memoryMb } }: ServiceProfile,
): Promise<void> {
  const [role] = await ask(
    endpoint,
    'iam',
    { Action: 'CreateRole', Version: '2010-05-08', RoleName: 'spillway', AssumeRolePolicyDocument: '{}' },
    /<Arn>([^<]+)/g,
  );
  for (const one of functions) {
    if (one === null) continue;
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: one.name,
        Runtime: 'nodejs20.x',
        Role: role!,
        Handler: 'index.handler',
        Code: { ZipFile: emptyArchive },
        MemorySize: memoryMb[0]!,
      }),
    );
    const { Version } = await lambda.send(new PublishVersionCommand({ FunctionName: one.name }));
    await lambda.send(new CreateAliasCommand({ FunctionName: one.name, Name: one.alias, FunctionVersion: Version! }));
  }
}

/** A call to a service whose client is not among the dependencies; what the pattern's group finds in the answer. */
async function ask(
  endpoint: string,
  service: string,
  form: Record<string, string>,
  pattern: RegExp,
): Promise<string[]> {
  const scope = `${madeUpCredentials.accessKeyId}/20260101/${region}/${service}/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`;
  const answer = await fetch(endpoint, { method: 'POST', headers: { authorization }, body: new URLSearchParams(form) });
  return [...(await answer.text()).matchAll(pattern)].map((match) => match[1]!);
}

async function inTurn<A, B>(items: readonly A[], make: (item: A, index: number) => Promise<B>): Promise<B[]> {
  const made: B[] = [];
  for (const [index, item] of items.entries()) made.push(await make(item, index));
  return made;
}
