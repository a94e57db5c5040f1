import {
  DescribeAutoScalingGroupsCommand,
  DescribePoliciesCommand,
  DescribeScalingActivitiesCommand,
  DescribeScheduledActionsCommand,
} from '@aws-sdk/client-auto-scaling';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  GetAliasCommand,
  GetFunctionConfigurationCommand,
  GetProvisionedConcurrencyConfigCommand,
} from '@aws-sdk/client-lambda';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { z } from 'zod';
import { type Answer, Calls } from '../call.ts';
import type { AwsClients } from '../clients.ts';
import type { Fault } from '../fault.ts';
import { bucketMs, type MetricQuery } from '../metric-query.ts';
import { type ReadSeries, readMetrics } from '../metric-reader.ts';
import { allPages } from './pages.ts';
import { type Activity, type Group, type Policy, type Rule, shapes, type Target, type TargetGroup } from './shapes.ts';

type Send = (options: { readonly abortSignal: AbortSignal }) => Promise<unknown>;

const deadlineMs = 20_000;
const lookBackMs = 3_600_000;

/** Everything that the checks read, each once, and with it which permissions there are. No call changes anything. */
export class Examination {
  readonly #clients: AwsClients;
  readonly #calls = new Calls(deadlineMs);
  readonly #kept = new Map<string, Promise<Answer<unknown>>>();
  readonly #asked = new Map<string, Fault | null>();

  constructor(clients: AwsClients) {
    this.#clients = clients;
  }

  /** By action, as IAM names it: null where it was answered, else the refusal, or what went wrong last. */
  get asked(): ReadonlyMap<string, Fault | null> {
    return this.#asked;
  }

  identity() {
    const { identity } = this.#clients;
    const send: Send = (options) => identity.send(new GetCallerIdentityCommand({}), options);
    return this.read('sts:GetCallerIdentity', '', { client: identity, send, shape: shapes.identity });
  }

  /** Null: there is no such group. */
  async group(name: string): Promise<Answer<Group | null>> {
    const send: Send = (options) =>
      this.#groups.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }), options);
    const answer = await this.#fleet('DescribeAutoScalingGroups', name, send, shapes.groups);
    return part(answer, (all) => all.AutoScalingGroups.find((one) => one.AutoScalingGroupName === name) ?? null);
  }

  /** The newest hundred. */
  async activities(group: string): Promise<Answer<readonly Activity[]>> {
    const input = { AutoScalingGroupName: group, MaxRecords: 100 };
    const send: Send = (options) => this.#groups.send(new DescribeScalingActivitiesCommand(input), options);
    const answer = await this.#fleet('DescribeScalingActivities', group, send, shapes.activities);
    return part(answer, ({ Activities }) => Activities);
  }

  async policies(group: string): Promise<Answer<readonly Policy[]>> {
    const send: Send = (options) =>
      allPages(async (page) => {
        const command = new DescribePoliciesCommand({ AutoScalingGroupName: group, ...page });
        const { ScalingPolicies, NextToken } = await this.#groups.send(command, options);
        return { items: ScalingPolicies, next: NextToken };
      });
    return part(await this.#fleet('DescribePolicies', group, send, shapes.policies), ({ items }) => items);
  }

  async schedule(group: string): Promise<Answer<readonly { readonly ScheduledActionName: string }[]>> {
    const send: Send = (options) =>
      allPages(async (page) => {
        const command = new DescribeScheduledActionsCommand({ AutoScalingGroupName: group, ...page });
        const { ScheduledUpdateGroupActions, NextToken } = await this.#groups.send(command, options);
        return { items: ScheduledUpdateGroupActions, next: NextToken };
      });
    return part(await this.#fleet('DescribeScheduledActions', group, send, shapes.schedule), ({ items }) => items);
  }

  async rule(arn: string): Promise<Answer<Rule | null>> {
    const send: Send = (options) => this.#balancer.send(new DescribeRulesCommand({ RuleArns: [arn] }), options);
    const answer = await this.#balancing('DescribeRules', arn, send, shapes.rules);
    return part(answer, ({ Rules }) => Rules.find(({ RuleArn }) => RuleArn === arn) ?? null);
  }

  async targetGroup(arn: string): Promise<Answer<TargetGroup | null>> {
    const send: Send = (options) =>
      this.#balancer.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [arn] }), options);
    const answer = await this.#balancing('DescribeTargetGroups', arn, send, shapes.targetGroups);
    return part(answer, ({ TargetGroups }) => TargetGroups.find((one) => one.TargetGroupArn === arn) ?? null);
  }

  async targets(arn: string): Promise<Answer<readonly Target[]>> {
    const send: Send = (options) =>
      this.#balancer.send(new DescribeTargetHealthCommand({ TargetGroupArn: arn }), options);
    const answer = await this.#balancing('DescribeTargetHealth', arn, send, shapes.targets);
    return part(answer, ({ TargetHealthDescriptions }) => TargetHealthDescriptions);
  }

  /** `Qualifier` null: what is not published yet. */
  functionAt(FunctionName: string, Qualifier: string | null) {
    const input = { FunctionName, ...(Qualifier === null ? {} : { Qualifier }) };
    const send: Send = (options) => this.#clients.lambda.send(new GetFunctionConfigurationCommand(input), options);
    const subject = `${FunctionName}:${Qualifier}`;
    return this.#functions('GetFunctionConfiguration', subject, send, shapes.configuration);
  }

  alias(FunctionName: string, Name: string) {
    const send: Send = (options) => this.#clients.lambda.send(new GetAliasCommand({ FunctionName, Name }), options);
    return this.#functions('GetAlias', `${FunctionName}:${Name}`, send, shapes.alias);
  }

  provisioned(FunctionName: string, Qualifier: string) {
    const command = () => new GetProvisionedConcurrencyConfigCommand({ FunctionName, Qualifier });
    const send: Send = (options) => this.#clients.lambda.send(command(), options);
    const subject = `${FunctionName}:${Qualifier}`;
    return this.#functions('GetProvisionedConcurrencyConfig', subject, send, shapes.provisioned);
  }

  /** Who holds the lease; null: nobody. */
  async leaseHolder(TableName: string, service: string): Promise<Answer<string | null>> {
    const { dynamo } = this.#clients;
    const input = { TableName, Key: { service: { S: service } }, ConsistentRead: true };
    const send: Send = (options) => dynamo.send(new GetItemCommand(input), options);
    const answer = await this.read('dynamodb:GetItem', TableName, { client: dynamo, send, shape: shapes.lease });
    return part(answer, ({ Item }) => Item?.holder?.S ?? null);
  }

  async parameter(name: string): Promise<Answer<string>> {
    const { parameters } = this.#clients;
    const send: Send = (options) => parameters.send(new GetParameterCommand({ Name: name }), options);
    const answer = await this.read('ssm:GetParameter', name, { client: parameters, send, shape: shapes.parameter });
    return part(answer, ({ Parameter }) => Parameter.Value);
  }

  /** Of the last hour. Null: not all of it could be read. */
  async series(queries: readonly MetricQuery[], now: Date): Promise<Answer<ReadSeries>> {
    const toMs = Math.floor(now.getTime() / bucketMs) * bucketMs;
    const calls = new Calls(deadlineMs);
    const window = { fromMs: toMs - lookBackMs, toMs };
    const value = await readMetrics(this.#clients.cloudWatch, calls, queries, window);
    const fault = calls.takeFaults()[0] ?? null;
    this.#note('cloudwatch:GetMetricData', fault);
    return fault === null ? { value, fault } : { value: null, fault };
  }

  /** Asks once for each action and subject; a later question gets the same answer. */
  read<Value>(
    action: string,
    subject: string,
    call: { readonly client: { readonly config: object }; readonly send: Send; readonly shape: z.ZodType<Value> },
  ): Promise<Answer<Value>> {
    const key = `${action} ${subject}`;
    const kept = this.#kept.get(key) as Promise<Answer<Value>> | undefined;
    if (kept !== undefined) return kept;
    const operation = action.split(':')[1]!;
    const answer = this.#calls.read({ operation, ...call }).then((found) => {
      this.#note(action, found.fault);
      return found;
    });
    this.#kept.set(key, answer);
    return answer;
  }

  /** A refusal is remembered, whatever else the same action was answered. */
  #note(action: string, fault: Fault | null): void {
    if (this.#asked.get(action)?.kind !== 'denied') this.#asked.set(action, fault);
  }

  get #groups() {
    return this.#clients.autoScaling;
  }

  get #balancer() {
    return this.#clients.loadBalancing;
  }

  #fleet<Value>(operation: string, subject: string, send: Send, shape: z.ZodType<Value>) {
    return this.read(`autoscaling:${operation}`, subject, { client: this.#groups, send, shape });
  }

  #balancing<Value>(operation: string, subject: string, send: Send, shape: z.ZodType<Value>) {
    return this.read(`elasticloadbalancing:${operation}`, subject, { client: this.#balancer, send, shape });
  }

  #functions<Value>(operation: string, subject: string, send: Send, shape: z.ZodType<Value>) {
    return this.read(`lambda:${operation}`, subject, { client: this.#clients.lambda, send, shape });
  }
}

function part<Value, Part>(answer: Answer<Value>, take: (value: Value) => Part): Answer<Part> {
  return answer.fault === null ? { value: take(answer.value), fault: null } : answer;
}
