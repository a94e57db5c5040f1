import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, callAws, findAwsCli } from './aws-cli.ts';
import { constant, openExample } from './open.ts';

/* A client that nobody here has written, of another family than the SDK: botocore's models and parsers, CloudWatch over the Query protocol. */

const cli = await findAwsCli(process.env.PATH ?? '');
const who = cli === null ? 'skipped, because no aws runs here that says it is aws-cli' : cli.version;

let twin: Awaited<ReturnType<typeof openExample>>;
beforeAll(async () => {
  twin = await openExample('weighted-classifier', { workload: constant(10, 3600) });
  twin.advance(600);
});
afterAll(() => twin.close());

const aws = (...words: string[]): Promise<Answer> => callAws(cli!, twin.url, words);
const group = () => twin.deployment.pools[0]!.autoScalingGroup;
const lambda = (operation: string, ...words: string[]) =>
  aws('lambda', operation, '--function-name', twin.deployment.functions[1]!.name, ...words);

describe.skipIf(cli === null)(`aws on the command line (${who})`, { timeout: 60_000 }, () => {
  test('sets the desired capacity, and is refused beyond the maximum', async () => {
    const set = (desired: string) =>
      aws('autoscaling', 'set-desired-capacity', '--auto-scaling-group-name', group(), '--desired-capacity', desired);
    expect(await set('4')).toEqual({ output: null, error: '' });
    const { output } = await aws('autoscaling', 'describe-auto-scaling-groups', '--auto-scaling-group-names', group());
    expect(output).toMatchObject({
      AutoScalingGroups: [{ DesiredCapacity: 4, Instances: Array(4).fill({ InstanceId: expect.any(String) }) }],
    });
    expect((await set('1000')).error).toMatch(/\(ValidationError\).*above max value 400/);
  });

  test('reads metrics with their times', async () => {
    const query = {
      Id: 'arrivals',
      MetricStat: {
        Metric: {
          Namespace: 'AWS/ApplicationELB',
          MetricName: 'RequestCount',
          Dimensions: [{ Name: 'LoadBalancer', Value: twin.deployment.loadBalancer!.split('loadbalancer/')[1]! }],
        },
        Period: 60,
        Stat: 'Sum',
      },
    };
    const times = ['--start-time', '2026-11-22T10:00:00Z', '--end-time', '2026-11-22T10:03:00Z'];
    const { output } = await aws(
      ...['cloudwatch', 'get-metric-data', ...times],
      ...['--scan-by', 'TimestampAscending', '--metric-data-queries', JSON.stringify([query])],
    );
    const { MetricDataResults: results } = output as {
      MetricDataResults: { Timestamps: string[]; Values: number[]; StatusCode: string }[];
    };
    expect(results).toMatchObject([{ StatusCode: 'Complete', Values: { length: 3 } }]);
    expect(new Date(results[0]!.Timestamps[1]!)).toEqual(new Date('2026-11-22T10:01:00Z'));
    expect(results[0]!.Values[1]! / 60).toBeCloseTo(10, -1);
  });

  test('changes the memory of a function once at a time', async () => {
    const update = await lambda('update-function-configuration', '--memory-size', '2048');
    expect(update.output).toMatchObject({ MemorySize: 2048, LastUpdateStatus: 'InProgress' });
    expect((await lambda('publish-version')).error).toContain('(ResourceConflictException)');
  });

  test('replaces the weights of a rule', async () => {
    const { rule, pools, functions } = twin.deployment;
    const TargetGroups = [
      { TargetGroupArn: pools[0]!.targetGroups[1]!, Weight: 9 },
      { TargetGroupArn: functions[1]!.targetGroup!, Weight: 1 },
    ];
    const actions = JSON.stringify([{ Type: 'forward', ForwardConfig: { TargetGroups } }]);
    expect((await aws('elbv2', 'modify-rule', '--rule-arn', rule!, '--actions', actions)).output).toMatchObject({
      Rules: [{ Actions: [{ ForwardConfig: { TargetGroups } }], IsDefault: false }],
    });
  });

  test('keeps a lease and a parameter', async () => {
    const { lease, killSwitch } = twin.deployment;
    const item = ['--item', '{"service": {"S": "a"}}', '--condition-expression', 'attribute_not_exists(service)'];
    const put = () => aws('dynamodb', 'put-item', '--table-name', lease.table!, ...item);
    expect(await put()).toEqual({ output: null, error: '' });
    expect((await put()).error).toContain('(ConditionalCheckFailedException)');
    const { output } = await aws('ssm', 'get-parameter', '--name', killSwitch.parameter!);
    expect(output).toMatchObject({ Parameter: { Value: 'run' } });
  });
});
