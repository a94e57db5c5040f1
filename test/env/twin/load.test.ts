import { ModifyRuleCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, test } from 'vitest';
import { totalRequests } from '../../../env/outcome.ts';
import type { TwinOptions } from '../../../env/twin/twin.ts';
import { balancer, cpuTargets, inService, lambdaTargets, readSeries, requestCount } from './metrics.ts';
import { clientsOf, constant, openExample, startedAt } from './open.ts';

const minute = (number: number) => new Date(startedAt.getTime() + 60_000 * number);
const whole = { publicationSeconds: 0, partialSeconds: 0, groupSeconds: 0 };
const sum = (points: readonly (readonly [number, number])[]) => points.reduce((total, [, value]) => total + value, 0);
const lb = (name: string, dimensions: Readonly<Record<string, string>>, stat: string) =>
  ['AWS/ApplicationELB', name, dimensions, stat] as const;

async function opened(options: Partial<TwinOptions> = {}) {
  const twin = await openExample('weighted-classifier', { lags: whole, initialVms: [6], ...options });
  const clients = clientsOf(twin);
  const read = (metric: Parameters<typeof readSeries>[1]) =>
    readSeries(clients.cloudWatch, metric, { from: minute(0), to: minute(120) });
  const weigh = (vms: number, lambda: number) =>
    clients.loadBalancing.send(
      new ModifyRuleCommand({
        RuleArn: twin.deployment.rule!,
        Actions: [
          {
            Type: 'forward',
            ForwardConfig: {
              TargetGroups: [
                { TargetGroupArn: twin.deployment.pools[0]!.targetGroups[1]!, Weight: vms },
                { TargetGroupArn: twin.deployment.functions[1]!.targetGroup!, Weight: lambda },
              ],
            },
          },
        ],
      }),
    );
  const close = () => {
    clients.close();
    return twin.close();
  };
  return { twin, clients, read, weigh, close };
}

describe('what goes into the simulator comes out', () => {
  test('of RequestCount, request by request, and of each target group what its weight says', async () => {
    const { twin, read, weigh, close } = await opened();
    await weigh(75, 25);
    twin.advance(1800);
    const { total } = twin.world;
    const [all, vms, lambda] = [
      sum(await read(requestCount)),
      sum(await read(lb('RequestCount', cpuTargets, 'Sum'))),
      sum(await read(lb('RequestCount', lambdaTargets, 'Sum'))),
    ];
    expect(all).toBe(totalRequests(total));
    expect(vms + lambda).toBe(all);
    expect(lambda).toBe(total.spilled);
    expect(lambda / all).toBeCloseTo(0.25, 1);
    await close();
  });

  test('of the functions: invocations, and how long they took without the start-up', async () => {
    const { twin, read, weigh, close } = await opened();
    await weigh(0, 100);
    twin.advance(1200);
    const name = twin.deployment.functions[1]!.name;
    const lambda = (metric: string, stat: string, more = {}) =>
      ['AWS/Lambda', metric, { FunctionName: name, ...more }, stat] as const;
    const ofAlias = { Resource: `${name}:live` };
    expect(sum(await read(lambda('Invocations', 'Sum')))).toBe(twin.world.total.spilled);
    expect(sum(await read(lambda('Invocations', 'Sum', ofAlias)))).toBe(twin.world.total.spilled);
    expect(sum(await read(lambda('Invocations', 'Sum', { ...ofAlias, ExecutedVersion: '1' })))).toBe(
      twin.world.total.spilled,
    );
    expect(sum(await read(lambda('Errors', 'Sum')))).toBe(0);
    expect(twin.world.total.coldStarts).toBeGreaterThan(0);
    const slowest = Math.max(...(await read(lambda('Duration', 'Maximum'))).map(([, ms]) => ms));
    const slowestAnswer = Math.max(
      ...(await read(lb('TargetResponseTime', lambdaTargets, 'Maximum'))).map(([, s]) => s),
    );
    const memory = twin.profile.lambda;
    expect(slowest).toBeLessThan(2 * memory.serviceMs[1]![0]!);
    expect(slowestAnswer).toBeGreaterThan(memory.coldStartMs[1]![0]! / 1000);
    const [[, concurrent]] = (await read(lambda('ConcurrentExecutions', 'Maximum'))) as [[number, number]];
    expect(concurrent).toBeGreaterThan(0);
    await close();
  });

  test('of the latencies: percentiles and the share in time of the simulator’s own histogram', async () => {
    const { twin, read, close } = await opened();
    twin.advance(60);
    const { classes } = twin.world.total;
    const [strict] = twin.profile.slo.classes;
    const answered = classes.reduce((total, one) => total + one.inTime + one.late, 0);
    const [[, rank]] = (await read(lb('TargetResponseTime', cpuTargets, `PR(:${strict!.deadlineMs / 1000})`))) as [
      [0, number],
    ];
    const [[, samples]] = (await read(lb('TargetResponseTime', cpuTargets, 'SampleCount'))) as [[0, number]];
    expect(samples).toBe(answered);
    expect(rank).toBeGreaterThan(80);
    const [[, p50]] = (await read(lb('TargetResponseTime', cpuTargets, 'p50'))) as [[0, number]];
    expect(p50).toBeGreaterThan(0.1);
    expect(p50).toBeLessThan(0.3);
    await close();
  });
});

describe('a load balancer', () => {
  test('without targets answers 503, which no RequestCount shows: demand is their sum', async () => {
    const { twin, read, close } = await opened({ initialVms: [0] });
    twin.advance(180);
    expect(await read(requestCount)).toEqual([]);
    expect(sum(await read(lb('HTTPCode_ELB_503_Count', balancer, 'Sum')))).toBe(totalRequests(twin.world.total));
    expect((await read(inService)).map(([, value]) => value)).toEqual([0, 0, 0]);
    await close();
  });

  test('tells nothing where nothing comes, while the group goes on telling', async () => {
    const { twin, read, close } = await opened({ workload: constant(0, 3600) });
    twin.advance(300);
    expect(await read(requestCount)).toEqual([]);
    expect(await read(lb('TargetResponseTime', cpuTargets, 'p99'))).toEqual([]);
    expect(await read(inService)).toHaveLength(5);
    expect((await read(lb('HealthyHostCount', cpuTargets, 'Minimum'))).map(([, value]) => value)).toEqual([
      6, 6, 6, 6, 6,
    ]);
    await close();
  });

  test('has errors only where there were any', async () => {
    const { twin, read, close } = await opened();
    twin.advance(300);
    for (const name of ['HTTPCode_ELB_503_Count', 'HTTPCode_ELB_504_Count', 'HTTPCode_ELB_5XX_Count']) {
      expect(await read(lb(name, balancer, 'Sum')), name).toEqual([]);
    }
    await close();
  });
});

describe('a bucket', () => {
  test('is not to be read before its publication delay, then in part, then whole', async () => {
    const lags = { publicationSeconds: 60, partialSeconds: 60, partialShare: 0.5, groupSeconds: 30 };
    const { twin, read, close } = await opened({ lags });
    const seen: number[] = [];
    for (let second = 0; second < 300; second += 10) {
      seen.push((await read(requestCount)).find(([number]) => number === 0)?.[1] ?? 0);
      twin.advance(10);
    }
    const [before, part, after] = [seen.slice(0, 12), seen.slice(12, 18), seen.slice(18)];
    expect(new Set(before)).toEqual(new Set([0]));
    expect(new Set(part).size).toBe(1);
    expect(new Set(after).size).toBe(1);
    expect(part[0]).toBe(Math.floor(after[0]! / 2));
    await close();
  });

  test('of a group is whole as soon as it is there', async () => {
    const { twin, read, close } = await opened({ lags: { groupSeconds: 30 } });
    twin.advance(89);
    expect(await read(inService)).toEqual([]);
    twin.advance(1);
    expect(await read(inService)).toEqual([[0, 6]]);
    await close();
  });
});

describe('faults of metrics', () => {
  const fault = { service: null, operation: null, resource: null, strength: 1 };
  const minutes = (points: readonly (readonly [number, number])[]) => points.map(([number]) => number);

  test('frozen ones come when it is over, and whole where they are old enough', async () => {
    const faults = [{ ...fault, kind: 'metrics-freeze', atSeconds: 300, forSeconds: 600 }] as const;
    const { twin, read, close } = await opened({ faults });
    twin.advance(890);
    expect(minutes(await read(inService)).at(-1)).toBe(3);
    expect(minutes(await read(requestCount)).at(-1)).toBe(3);
    twin.advance(10);
    const thawed = await read(requestCount);
    twin.advance(60);
    const all = await read(requestCount);
    expect(minutes(all)).toEqual(Array.from({ length: 16 }, (_, index) => index));
    expect(thawed.slice(0, 14)).toEqual(all.slice(0, 14));
    await close();
  });

  test('vanished ones never come, those named only', async () => {
    const faults = [
      { ...fault, kind: 'metrics-vanish', atSeconds: 300, forSeconds: 300, resource: 'RequestCount' },
    ] as const;
    const { twin, read, close } = await opened({ faults });
    twin.advance(900);
    expect(minutes(await read(requestCount))).toEqual([0, 1, 2, 3, 4, 10, 11, 12, 13, 14]);
    expect(minutes(await read(inService))).toHaveLength(15);
    await close();
  });

  test('values become zero, or jump', async () => {
    const jump = { ...fault, kind: 'metrics-jump', atSeconds: 60, forSeconds: 60, strength: 100 } as const;
    const zero = { ...fault, kind: 'metrics-zero', atSeconds: 120, forSeconds: 60 } as const;
    const { twin, read, close } = await opened({ faults: [jump, zero] });
    twin.advance(240);
    expect((await read(inService)).map(([, value]) => value)).toEqual([6, 600, 0, 6]);
    const [usual, jumped] = (await read(requestCount)).map(([, value]) => value);
    expect(jumped! / usual!).toBeGreaterThan(80);
    await close();
  });
});
