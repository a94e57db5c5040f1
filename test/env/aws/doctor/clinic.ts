import type { AwsClients } from '../../../../env/aws/clients.ts';
import { Examination } from '../../../../env/aws/doctor/examination.ts';
import { examine } from '../../../../env/aws/doctor/examine.ts';
import type { Finding } from '../../../../env/aws/doctor/finding.ts';
import type { Patient } from '../../../../env/aws/doctor/patient.ts';
import type { RouterCounts } from '../../../../env/aws/router/counts.ts';
import type { Deployment } from '../../../../env/deployment/deployment.ts';
import { readDeployment } from '../../../../env/deployment/deployment.ts';
import { parseLimits } from '../../../../env/guardrails/limits.ts';
import { defaultPrices } from '../../../../env/prices.ts';

type Input = Readonly<Record<string, unknown>>;
/** By operation. */
export type Answers = Record<string, (input: Input) => unknown>;

export const now = new Date('2026-11-22T12:00:30Z');
export const { deployment, profile } = await readDeployment('examples/aws/weighted-classifier.yaml');
export const overflow = await readDeployment('examples/aws/image-classifier.yaml');

/** What AWS refuses, as the SDK throws it. */
export function refusal(name: string, message = 'refused', httpStatusCode = 400): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode, attempts: 1 } });
}

/** Clients that answer from a table, and note what they were asked. */
export function clientsOf(answers: Answers): { readonly clients: AwsClients; readonly asked: string[] } {
  const asked: string[] = [];
  const client = {
    config: {},
    send: async (command: { readonly constructor: { readonly name: string }; readonly input: Input }) => {
      const operation = command.constructor.name.replace(/Command$/, '');
      asked.push(operation);
      const answer = answers[operation];
      if (answer === undefined) throw refusal('UnknownOperationException', operation, 404);
      return answer(command.input);
    },
  };
  const names = ['cloudWatch', 'autoScaling', 'loadBalancing', 'lambda', 'dynamo', 'parameters', 'identity'];
  const clients = { ...Object.fromEntries(names.map((name) => [name, client])), close: () => {} };
  return { clients: clients as unknown as AwsClients, asked };
}

/** A world in which nothing is wrong. */
export function sound(of: Deployment = deployment): Answers {
  const aliases = new Map(of.functions.flatMap((one) => (one === null ? [] : [[one.targetGroup, one] as const])));
  return {
    GetCallerIdentity: () => ({ Arn: 'arn:aws:sts::123456789012:assumed-role/spillway/here', Account: '123456789012' }),
    DescribeAutoScalingGroups: (input) => ({
      AutoScalingGroups: of.pools
        .map(({ autoScalingGroup }) => soundGroup(autoScalingGroup))
        .filter(({ AutoScalingGroupName: name }) => (input.AutoScalingGroupNames as string[]).includes(name)),
    }),
    DescribePolicies: (input) => ({ ScalingPolicies: [soundPolicy(`${input.AutoScalingGroupName}-tracking`)] }),
    DescribeLifecycleHooks: () => ({
      LifecycleHooks: [{ LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING', HeartbeatTimeout: 120 }],
    }),
    DescribeScheduledActions: () => ({ ScheduledUpdateGroupActions: [] }),
    DescribeScalingActivities: (input) => ({
      Activities: launches(`${input.AutoScalingGroupName}`.endsWith('gpu') ? [500, 540, 600] : [190, 200, 210]),
    }),
    DescribeRules: () => ({ Rules: [soundRule(of)] }),
    DescribeTargetGroups: (input) => ({
      TargetGroups: (input.TargetGroupArns as string[]).map((arn) => ({
        TargetGroupArn: arn,
        TargetType: aliases.has(arn) ? 'lambda' : 'instance',
        LoadBalancerArns: [of.loadBalancer],
      })),
    }),
    DescribeTargetHealth: ({ TargetGroupArn }) => {
      const alias = aliases.get(TargetGroupArn as string);
      const Id = alias ? `arn:aws:lambda:eu-west-1:123456789012:function:${alias.name}:${alias.alias}` : 'i-1';
      return { TargetHealthDescriptions: [{ Target: { Id }, TargetHealth: { State: 'healthy' } }] };
    },
    GetFunctionConfiguration: () => ({
      MemorySize: 1769,
      Version: '7',
      RevisionId: 'r7',
      State: 'Active',
      LastUpdateStatus: 'Successful',
    }),
    ListVersionsByFunction: () => ({ Versions: [{ Version: '$LATEST' }, { Version: '7', Description: '' }] }),
    ListAliases: () => ({ Aliases: [{ FunctionVersion: '7' }] }),
    ListProvisionedConcurrencyConfigs: () => ({ ProvisionedConcurrencyConfigs: [] }),
    GetAlias: () => ({ FunctionVersion: '7', RevisionId: 'a7' }),
    GetProvisionedConcurrencyConfig: () => {
      throw refusal('ProvisionedConcurrencyConfigNotFoundException', 'No Provisioned Concurrency Config found', 404);
    },
    GetFunctionConcurrency: () => ({}),
    GetAccountSettings: () => ({ AccountLimit: { UnreservedConcurrentExecutions: 1000 } }),
    GetParameter: () => ({ Parameter: { Value: 'run' } }),
    GetItem: () => ({}),
    GetMetricData: (input) => ({ MetricDataResults: fresh(input) }),
  };
}

export function soundGroup(name: string) {
  return {
    AutoScalingGroupName: name,
    MinSize: 0,
    MaxSize: 1000,
    DesiredCapacity: 2,
    HealthCheckType: 'ELB',
    Instances: [
      {
        InstanceId: 'i-1',
        LifecycleState: 'InService',
        InstanceType: name.endsWith('gpu') ? 'g4dn.xlarge' : 'c5.large',
      },
    ],
    SuspendedProcesses: [{ ProcessName: 'AlarmNotification' }],
    EnabledMetrics: [{ Metric: 'GroupInServiceInstances' }],
    Tags: [{ Key: 'spillway', Value: 'managed' }],
  };
}

export function soundPolicy(name: string) {
  return { PolicyName: name, PolicyType: 'TargetTrackingScaling', Enabled: true };
}

export function soundRule({ rule, pools, functions }: Deployment) {
  const arns = [...pools.flatMap(({ targetGroups }) => targetGroups), ...functions.map((one) => one?.targetGroup)];
  const TargetGroups = arns.flatMap((arn) => (arn == null ? [] : [{ TargetGroupArn: arn, Weight: 1 }]));
  return { RuleArn: rule, IsDefault: false, Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }] };
}

export function launches(seconds: readonly number[]) {
  return seconds.map((boot) => ({
    Description: 'Launching a new EC2 instance: i-1',
    StatusCode: 'Successful',
    StartTime: now,
    EndTime: new Date(now.getTime() + 1000 * boot),
  }));
}

/** Of a router with so many slots per pool. */
export function countsOf(slots: number | null): RouterCounts {
  const pool = { left: 0, queued: 0, slots, serviceMs: null, servers: new Map() };
  const none = { process: 1, requests: [], inside: [], insideVms: [], spilled: 0, inTime: [], late: [] };
  return { ...none, latency: new Float64Array(0), pools: overflow.profile.pools.map(() => pool) };
}

/** Every series up to two minutes ago. */
export function fresh(input: Input): unknown[] {
  const { MetricDataQueries, EndTime } = input as unknown as {
    readonly MetricDataQueries: readonly { readonly Id: string }[];
    readonly EndTime: Date;
  };
  const Timestamps = [5, 4, 3].map((minutes) => new Date(EndTime.getTime() - 60_000 * minutes));
  return MetricDataQueries.map(({ Id }) => ({ Id, StatusCode: 'Complete', Timestamps, Values: [1, 1, 1] }));
}

/** What the doctor finds in a world that is sound but for these answers. */
export async function diagnose(
  broken: Answers = {},
  changes: Partial<Patient> = {},
): Promise<{ readonly findings: readonly Finding[]; readonly asked: readonly string[] }> {
  const { clients, asked } = clientsOf({ ...sound(changes.deployment), ...broken });
  const limits = parseLimits('usdPerHour: 60', 'limits');
  const prices = { ...defaultPrices, region: 'eu-west-1', date: '2026-11-01' };
  const readings = new Examination(clients);
  const skewSeconds = () => 1;
  const readRouter = async () => countsOf(4);
  const findings = await examine({
    deployment,
    profile,
    limits,
    prices,
    now,
    readings,
    readRouter,
    skewSeconds,
    addressOf: async () => ({ host: '10.0.0.1', port: 8080 }),
    ...changes,
  });
  return { findings, asked };
}
