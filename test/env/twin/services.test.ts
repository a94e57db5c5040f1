import { DeleteItemCommand, GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ModifyRuleCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  DeleteProvisionedConcurrencyConfigCommand,
  GetAccountSettingsCommand,
  GetAliasCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  GetProvisionedConcurrencyConfigCommand,
  ListAliasesCommand,
  ListProvisionedConcurrencyConfigsCommand,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  PutProvisionedConcurrencyConfigCommand,
  UpdateAliasCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { GetParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AwsClients } from '../../../env/aws/clients.ts';
import { clientsOf, constant, example, openExample } from './open.ts';

/* The SDK's own clients, unmodified, over HTTP. What each operation does is tested beside its service. */

let twin: Awaited<ReturnType<typeof openExample>>;
let clients: AwsClients;

const { deployment } = await example('weighted-classifier');
const { name: FunctionName, alias: Name } = deployment.functions[1]!;
const RuleArn = deployment.rule!;

beforeAll(async () => {
  twin = await openExample('weighted-classifier', { workload: constant(5, 3600) });
  clients = clientsOf(twin);
});
afterAll(async () => {
  clients.close();
  await twin.close();
});

describe('Lambda', () => {
  test('a change of memory goes from $LATEST over a version and a canary to the alias', async () => {
    const { lambda } = clients;
    const before = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    expect(before).toMatchObject({ MemorySize: 1024, State: 'Active', LastUpdateStatus: 'Successful' });
    const { RevisionId } = before;
    const update = new UpdateFunctionConfigurationCommand({ FunctionName, MemorySize: 1769, RevisionId });
    expect((await lambda.send(update)).LastUpdateStatus).toBe('InProgress');
    await expect(lambda.send(update)).rejects.toMatchObject({
      ...{ name: 'ResourceConflictException', $metadata: { httpStatusCode: 409 } },
    });
    twin.advance(60);
    await expect(lambda.send(update)).rejects.toMatchObject({
      ...{ name: 'PreconditionFailedException', $metadata: { httpStatusCode: 412 } },
    });
    const { Version, $metadata } = await lambda.send(new PublishVersionCommand({ FunctionName, Description: 'ours' }));
    expect([Version, $metadata.httpStatusCode]).toEqual(['2', 201]);
    twin.advance(60);
    const alias = new GetAliasCommand({ FunctionName, Name });
    const { RevisionId: aliasRevision, RoutingConfig } = await lambda.send(alias);
    expect(RoutingConfig?.AdditionalVersionWeights ?? {}).toEqual({});
    const canary = { RoutingConfig: { AdditionalVersionWeights: { '2': 0.1 } }, RevisionId: aliasRevision };
    await lambda.send(new UpdateAliasCommand({ FunctionName, Name, FunctionVersion: '1', ...canary }));
    expect((await lambda.send(alias)).RoutingConfig).toEqual({ AdditionalVersionWeights: { '2': 0.1 } });
    const clear = { RoutingConfig: { AdditionalVersionWeights: {} } };
    await lambda.send(new UpdateAliasCommand({ FunctionName, Name, FunctionVersion: '2', ...clear }));
    expect(await lambda.send(alias)).toMatchObject({ FunctionVersion: '2' });
    expect((await lambda.send(new ListAliasesCommand({ FunctionName }))).Aliases).toHaveLength(1);
    expect((await lambda.send(new ListVersionsByFunctionCommand({ FunctionName }))).Versions).toHaveLength(3);
  });

  test('provisioned concurrency comes, is listed and goes', async () => {
    const { lambda } = clients;
    const about = { FunctionName, Qualifier: '1' };
    const get = new GetProvisionedConcurrencyConfigCommand(about);
    await expect(lambda.send(get)).rejects.toMatchObject({ name: 'ProvisionedConcurrencyConfigNotFoundException' });
    const put = await lambda.send(
      new PutProvisionedConcurrencyConfigCommand({ ...about, ProvisionedConcurrentExecutions: 5 }),
    );
    expect(put).toMatchObject({ Status: 'IN_PROGRESS', $metadata: { httpStatusCode: 202 } });
    twin.advance(120);
    expect(await lambda.send(get)).toMatchObject({ Status: 'READY', AvailableProvisionedConcurrentExecutions: 5 });
    const list = new ListProvisionedConcurrencyConfigsCommand({ FunctionName });
    expect((await lambda.send(list)).ProvisionedConcurrencyConfigs).toHaveLength(1);
    await lambda.send(new DeleteProvisionedConcurrencyConfigCommand(about));
    expect((await lambda.send(list)).ProvisionedConcurrencyConfigs).toEqual([]);
  });

  test('reservations and the account are told', async () => {
    const { lambda } = clients;
    await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 7 }));
    expect(await lambda.send(new GetFunctionConcurrencyCommand({ FunctionName }))).toMatchObject({
      ...{ ReservedConcurrentExecutions: 7 },
    });
    expect((await lambda.send(new GetAccountSettingsCommand({}))).AccountUsage?.FunctionCount).toBe(3);
  });
});

describe('Elastic Load Balancing', () => {
  test('weights are replaced as a whole list, and read back', async () => {
    const { loadBalancing } = clients;
    const [vms, function_] = [deployment.pools[0]!.targetGroups[1]!, deployment.functions[1]!.targetGroup!];
    const TargetGroups = [
      { TargetGroupArn: vms, Weight: 900 },
      { TargetGroupArn: function_, Weight: 99 },
    ];
    const Actions = [{ Type: 'forward' as const, ForwardConfig: { TargetGroups } }];
    await loadBalancing.send(new ModifyRuleCommand({ RuleArn, Actions }));
    const { Rules } = await loadBalancing.send(new DescribeRulesCommand({ RuleArns: [RuleArn] }));
    expect(Rules?.[0]?.Actions?.[0]?.ForwardConfig).toEqual({
      ...{ TargetGroups, TargetGroupStickinessConfig: { Enabled: false } },
    });
    expect(twin.requests.at(-2)).toMatchObject({ operation: 'ModifyRule' });
    const other = new ModifyRuleCommand({ RuleArn: `${RuleArn}0`, Actions });
    await expect(loadBalancing.send(other)).rejects.toMatchObject({ name: 'RuleNotFoundException' });
    const heavy = [{ ...Actions[0]!, ForwardConfig: { TargetGroups: [{ TargetGroupArn: vms, Weight: 1000 }] } }];
    await expect(loadBalancing.send(new ModifyRuleCommand({ RuleArn, Actions: heavy }))).rejects.toMatchObject({
      ...{ name: 'ValidationError', $metadata: { httpStatusCode: 400 } },
    });
  });

  test('targets are the instances of the Auto Scaling group, with their health', async () => {
    const { loadBalancing } = clients;
    twin.advance(60);
    const TargetGroupArn = deployment.pools[0]!.targetGroups[1]!;
    const { TargetHealthDescriptions: targets } = await loadBalancing.send(
      new DescribeTargetHealthCommand({ TargetGroupArn }),
    );
    expect(targets?.map(({ Target }) => Target?.Id)).toEqual(twin.groups.all[0]!.instances.map(({ id }) => id));
    expect(targets?.map(({ TargetHealth }) => TargetHealth?.State)).toContain('healthy');
  });

  test('everything around the rule is found', async () => {
    const { loadBalancing } = clients;
    const LoadBalancerArn = deployment.loadBalancer!;
    const balancers = await loadBalancing.send(new DescribeLoadBalancersCommand({}));
    expect(balancers.LoadBalancers?.map((one) => one.LoadBalancerArn)).toEqual([LoadBalancerArn]);
    const { Listeners } = await loadBalancing.send(new DescribeListenersCommand({ LoadBalancerArn }));
    const { ListenerArn } = Listeners![0]!;
    const { Rules } = await loadBalancing.send(new DescribeRulesCommand({ ListenerArn }));
    expect(Rules?.map(({ IsDefault }) => IsDefault)).toEqual([false, true]);
    const groups = await loadBalancing.send(new DescribeTargetGroupsCommand({ PageSize: 4 }));
    expect(groups.TargetGroups?.map(({ TargetType }) => TargetType)).toEqual([...Array(3).fill('instance'), 'lambda']);
    expect(groups.NextMarker).toBeDefined();
  });
});

test('DynamoDB keeps a lease under conditions', async () => {
  const { dynamo } = clients;
  const table = { TableName: deployment.lease.table!, Key: { service: { S: 'a' } } };
  const take = (holder: string) =>
    new UpdateItemCommand({
      ...table,
      UpdateExpression: 'SET holder = :me ADD_NOTHING',
      ExpressionAttributeValues: { ':me': { S: holder } },
    });
  await expect(dynamo.send(take('x'))).rejects.toMatchObject({ name: 'ValidationException' });
  const put = (holder: string) =>
    new PutItemCommand({
      TableName: table.TableName,
      Item: { ...table.Key, holder: { S: holder }, until: { N: '1.5' } },
      ConditionExpression: 'attribute_not_exists(holder)',
    });
  await dynamo.send(put('x'));
  await expect(dynamo.send(put('y'))).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
  const { Item } = await dynamo.send(new GetItemCommand({ ...table, ConsistentRead: true }));
  expect(Item).toEqual({ ...table.Key, holder: { S: 'x' }, until: { N: '1.5' } });
  await dynamo.send(new DeleteItemCommand(table));
  expect((await dynamo.send(new GetItemCommand(table))).Item).toBeUndefined();
});

test('Systems Manager keeps the parameter of the kill switch', async () => {
  const { parameters } = clients;
  const Name = deployment.killSwitch.parameter!;
  const get = async () => (await parameters.send(new GetParameterCommand({ Name }))).Parameter;
  expect(await get()).toMatchObject({ Value: 'run', Version: 1, LastModifiedDate: expect.any(Date) });
  await parameters.send(new PutParameterCommand({ Name, Value: 'stop', Overwrite: true }));
  expect(await get()).toMatchObject({ Value: 'stop', Version: 2 });
  await expect(parameters.send(new GetParameterCommand({ Name: '/other' }))).rejects.toMatchObject({
    ...{ name: 'ParameterNotFound' },
  });
});

test('Security Token Service tells who asks', async () => {
  expect(await clients.identity.send(new GetCallerIdentityCommand({}))).toMatchObject({ Account: '123456789012' });
});
