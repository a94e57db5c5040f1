import { type CloudWatchClient, GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';

export const balancer = { LoadBalancer: 'app/classifier/50dc6c495c0c9188' };
export const group = { AutoScalingGroupName: 'weighted-classifier-cpu' };
export const cpuTargets = { ...balancer, TargetGroup: 'targetgroup/cpu-inception-v3/2222222222222222' };
export const lambdaTargets = { ...balancer, TargetGroup: 'targetgroup/lambda-inception-v3/5555555555555555' };

export function query(
  id: string,
  [namespace, name, dimensions, stat]: readonly [string, string, Readonly<Record<string, string>>, string],
  period = 60,
): MetricDataQuery {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const Metric = { Namespace: namespace, MetricName: name, Dimensions };
  return { Id: id, MetricStat: { Metric, Period: period, Stat: stat } };
}

export const requestCount = ['AWS/ApplicationELB', 'RequestCount', balancer, 'Sum'] as const;
export const inService = ['AWS/AutoScaling', 'GroupInServiceInstances', group, 'Average'] as const;

/** Start of each bucket in minutes since a time, and its value, oldest first. */
export async function readSeries(
  client: CloudWatchClient,
  metric: Parameters<typeof query>[1],
  { from, to, period = 60 }: { from: Date; to: Date; period?: number },
): Promise<(readonly [minute: number, value: number])[]> {
  const { MetricDataResults } = await client.send(
    new GetMetricDataCommand({
      MetricDataQueries: [query('m', metric, period)],
      StartTime: from,
      EndTime: to,
      ScanBy: 'TimestampAscending',
    }),
  );
  const { Timestamps, Values } = MetricDataResults![0]!;
  return Timestamps!.map((time, index) => [(time.getTime() - from.getTime()) / 60_000, Values![index]!] as const);
}
