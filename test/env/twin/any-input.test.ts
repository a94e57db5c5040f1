import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultPrices } from '../../../env/prices.ts';
import { insideOf } from '../../../env/twin/inside.ts';
import { ServiceError } from '../../../env/twin/operation.ts';
import { constant, example, startedAt } from './open.ts';

const { profile, deployment } = await example('weighted-classifier');

/** Members that operations know, some with what they expect, most with anything. */
const known: Readonly<Record<string, readonly unknown[]>> = {
  FunctionName: [deployment.functions[1]!.name, 'arn:aws:lambda:::function:x'],
  Name: ['live', deployment.killSwitch.parameter],
  Qualifier: ['live', '1', '$LATEST'],
  FunctionVersion: ['1', '2'],
  RoutingConfig: [{}, { AdditionalVersionWeights: { '2': 0.5 } }],
  MemorySize: [512],
  ProvisionedConcurrentExecutions: [1],
  ReservedConcurrentExecutions: [1],
  RuleArn: [deployment.rule],
  RuleArns: [[deployment.rule]],
  Actions: [[{ Type: 'forward', TargetGroupArn: deployment.functions[1]!.targetGroup }]],
  TargetGroupArn: [deployment.pools[0]!.targetGroups[0]],
  AutoScalingGroupName: [deployment.pools[0]!.autoScalingGroup],
  DesiredCapacity: [3],
  ScalingProcesses: [['Launch']],
  TableName: [deployment.lease.table],
  Key: [{ service: { S: 'a' } }],
  Item: [{ service: { S: 'a' }, n: { N: '1' } }],
  UpdateExpression: ['SET n = n + :one', 'REMOVE'],
  ConditionExpression: ['attribute_exists(n)', '((n', 'n = :one'],
  ExpressionAttributeValues: [{ ':one': { N: '1' } }],
  MetricDataQueries: [[{ Id: 'a' }]],
  StartTime: [startedAt],
  EndTime: [new Date(startedAt.getTime() + 60_000)],
  Namespace: ['Spillway'],
  MetricData: [[{ MetricName: 'm', Value: 1 }], [null]],
  Dimensions: [[{ Name: 'n' }], [null]],
  Tags: [[{ ResourceId: deployment.pools[0]!.autoScalingGroup, Key: 'k' }], [null]],
  AutoScalingGroupNames: [[deployment.pools[0]!.autoScalingGroup]],
  InstanceIds: [['i-1']],
  MaxRecords: [1],
  MaxDatapoints: [1],
  PageSize: [1],
  Value: ['stop'],
  Marker: [],
  NextToken: [],
  MaxItems: [1],
};
const input = fc.record(
  Object.fromEntries(
    Object.entries(known).map(([name, fitting]) => [
      name,
      fc.oneof(...fitting.map((one) => fc.constant(one)), fc.anything()),
    ]),
  ),
  { requiredKeys: [] },
);

const { services } = insideOf({
  ...{ profile, deployment, prices: defaultPrices, workload: constant(1, 60), seed: 1, startedAt },
});

describe.each(Object.entries(services))('%s', (_, service) => {
  test.each(Object.keys(service))('%s answers anything with an output or an error of the service', (operation) => {
    fc.assert(
      fc.property(input, (members) => {
        try {
          expect(service[operation]!(members)).toBeTypeOf('object');
        } catch (error) {
          expect(error).toBeInstanceOf(ServiceError);
        }
      }),
      { numRuns: 30 },
    );
  });
});
