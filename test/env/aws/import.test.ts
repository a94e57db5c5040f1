import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { describe, expect, test } from 'vitest';
import { importArrivals } from '../../../env/aws/import-arrivals.ts';
import { importMetrics } from '../../../env/aws/import-metrics.ts';
import { readDeployment } from '../../../env/deployment/deployment.ts';

const { deployment, profile } = await readDeployment('examples/aws/weighted-classifier.yaml');
const metrics = importMetrics(deployment, profile)!;
const minuteMs = 60_000;

interface Asked {
  readonly StartTime: Date;
  readonly EndTime: Date;
  readonly NextToken?: string;
  readonly MetricDataQueries: readonly { readonly Id: string; readonly MetricStat: { readonly Metric: Metric } }[];
}
interface Metric {
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
}
/** Minutes of a metric by the minute since 1970. */
type Series = (metric: Metric) => ReadonlyMap<number, number>;

/** CloudWatch with these series, `pageSize` points of each a page. */
function cloudWatch(series: Series, { pageSize = 10_000, status = 'Complete' } = {}) {
  const asked: Asked[] = [];
  const send = async ({ input }: { readonly input: Asked }) => {
    asked.push(input);
    const page = Number(input.NextToken ?? 0);
    let hasMore = false;
    const MetricDataResults = input.MetricDataQueries.map(({ Id, MetricStat }) => {
      const points = [...series(MetricStat.Metric)].filter(
        ([minute]) => minute * minuteMs >= input.StartTime.getTime() && minute * minuteMs < input.EndTime.getTime(),
      );
      const part = points.slice(page * pageSize, (page + 1) * pageSize);
      hasMore ||= points.length > (page + 1) * pageSize;
      return {
        Id,
        StatusCode: hasMore ? 'PartialData' : status,
        Timestamps: part.map(([minute]) => new Date(minute * minuteMs)),
        Values: part.map(([, value]) => value),
      };
    });
    return { MetricDataResults, ...(hasMore ? { NextToken: `${page + 1}` } : {}) };
  };
  return { client: { config: {}, send } as unknown as CloudWatchClient, asked };
}

function imported(client: CloudWatchClient, minutes: number, onMinutes: (done: number) => void = () => {}) {
  return importArrivals({ client, metrics, window: { fromMs: 0, toMs: minutes * minuteMs }, onMinutes });
}

const none = new Map<number, number>();

describe('arrivals from CloudWatch', () => {
  test('are what was served, turned away and rejected, together', async () => {
    const { client } = cloudWatch(({ MetricName, Dimensions }) => {
      if (MetricName === 'HTTPCode_ELB_503_Count') return new Map([[1, 5]]);
      if (MetricName === 'RejectedConnectionCount') return new Map([[1, 2]]);
      if (MetricName !== 'RequestCount') return none;
      return new Map([[1, Dimensions.some(({ Value }) => Value.includes('lambda-xception')) ? 30 : 10]]);
    });
    const groups = new Set([
      ...deployment.pools.flatMap((pool) => pool.targetGroups),
      ...deployment.functions.map((one) => one?.targetGroup),
    ]);
    expect(await imported(client, 3)).toEqual([null, 10 * (groups.size - 1) + 30 + 5 + 2, null]);
  });

  test('are 0 where the groups live and nothing came, and unknown where nothing at all is published', async () => {
    const { client } = cloudWatch(({ MetricName }) => {
      if (MetricName === 'GroupInServiceInstances')
        return new Map([
          [0, 2],
          [1, 2],
        ]);
      return MetricName === 'HealthyHostCount' ? new Map([[2, 0]]) : none;
    });
    expect(await imported(client, 4)).toEqual([0, 0, 0, null]);
  });

  test('are read through all pages, a day at a time', async () => {
    const all = new Map(Array.from({ length: 3000 }, (_, minute) => [minute, minute % 7]));
    const { client, asked } = cloudWatch(({ MetricName }) => (MetricName === 'HTTPCode_ELB_503_Count' ? all : none), {
      pageSize: 500,
    });
    const done: number[] = [];
    expect(await imported(client, 3000, (minutes) => done.push(minutes))).toEqual([...all.values()]);
    expect(done).toEqual([1440, 2880, 3000]);
    expect(asked).toHaveLength(3 + 3 + 1);
  });

  test('are refused where CloudWatch itself owns up to a hole', async () => {
    const { client } = cloudWatch(() => new Map([[0, 1]]), { status: 'InternalError' });
    await expect(imported(client, 1)).rejects.toThrow('could not tell a series as a whole');
  });

  test('have no series where there is no load balancer', async () => {
    const other = await readDeployment('examples/aws/image-classifier.yaml');
    expect(importMetrics(other.deployment, other.profile)).toBeNull();
  });
});
