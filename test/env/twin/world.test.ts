import { ModifyRuleCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { PutProvisionedConcurrencyConfigCommand } from '@aws-sdk/client-lambda';
import { describe, expect, test } from 'vitest';
import { emptyOutcome, totalRequests } from '../../../env/outcome.ts';
import { defaultPrices } from '../../../env/prices.ts';
import { insideOf } from '../../../env/twin/inside.ts';
import { clientsOf, constant, example, openExample, startedAt } from './open.ts';

async function routed(rate: number, initialVms: readonly number[]) {
  const service = await example('image-classifier');
  const workload = constant(rate, 7200);
  const inside = insideOf({ ...service, prices: defaultPrices, workload, seed: 1, startedAt, initialVms });
  const advance = (seconds: number) => inside.timeline.moveTo(inside.clock.nowMs() + 1000 * seconds);
  return { ...inside, ...service, advance };
}

describe('a routed world', () => {
  test('loses no request: each was answered, given up, or is still inside', async () => {
    const { world, advance } = await routed(40, [4, 0]);
    world.route({ variant: 1, maxWaitMs: [200, null] });
    for (let minute = 0; minute < 10; minute++) {
      advance(60);
      const { requests, inTime, late, lost, queue } = world.totals();
      requests.forEach((count, k) => {
        expect(inTime[k]! + late[k]! + lost[k]! + queue[k]!).toBe(count);
      });
    }
    expect(world.totals().spilled).toBeGreaterThan(0);
  });

  test('does what its setting says: the variant answers, and nobody is spilled who may not be', async () => {
    const { world, advance, profile } = await routed(20, [8, 0]);
    world.route({ variant: 0, maxWaitMs: [null, null] });
    advance(600);
    const { accuracySum, spilled } = world.total;
    const answered = world.total.classes.reduce((sum, one) => sum + one.inTime + one.late, 0);
    expect(accuracySum / answered).toBeCloseTo(profile.variants[0]!.accuracy, 9);
    expect(spilled).toBe(0);
  });

  test('refuses a setting that is none', async () => {
    const { world } = await routed(20, [8, 0]);
    expect(() => world.route({ variant: 9, maxWaitMs: [0, 0] })).toThrow('no route');
    expect(() => world.route({ variant: 0, maxWaitMs: [0] })).toThrow('no route');
  });

  test('bills a machine from its launch to the end of its drain', async () => {
    const { world, groups, advance } = await routed(0, [3, 0]);
    advance(60);
    expect(world.total.vmSeconds).toEqual([180, 0]);
    groups.all[0]!.setDesired(5, false);
    advance(60);
    expect(world.total.vmSeconds).toEqual([180 + 300, 0]);
    groups.all[0]!.setDesired(1, false);
    advance(60);
    expect(world.total.vmSeconds).toEqual([480 + 60 + 4 * 30, 0]);
    expect(world.total).toMatchObject({ launches: 2, terminations: 4 });
  });
});

describe('a weighted world', () => {
  async function opened() {
    const twin = await openExample('weighted-classifier', { initialVms: [8] });
    const clients = clientsOf(twin);
    const { pools, functions, rule } = twin.deployment;
    const weigh = (weights: readonly (readonly [string, number])[]) => {
      const TargetGroups = weights.map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight }));
      const action = { Type: 'forward', ForwardConfig: { TargetGroups } } as const;
      return clients.loadBalancing.send(new ModifyRuleCommand({ RuleArn: rule!, Actions: [action] }));
    };
    const close = () => {
      clients.close();
      return twin.close();
    };
    const vms = pools[0]!.targetGroups as string[];
    return { twin, clients, weigh, close, vms, lambda: functions.map((one) => one!.targetGroup!) };
  }

  test('is answered by the variant whose target groups have the weight', async () => {
    const { twin, weigh, close, vms } = await opened();
    await weigh([[vms[0]!, 100]]);
    twin.advance(20);
    const before = twin.world.total;
    twin.advance(600);
    const { accuracySum, classes } = twin.world.total;
    const count = (all: typeof classes) => all.reduce((sum, one) => sum + one.inTime + one.late, 0);
    const mean = (accuracySum - before.accuracySum) / (count(classes) - count(before.classes));
    expect(mean).toBeCloseTo(twin.profile.variants[0]!.accuracy, 2);
    await close();
  });

  test('knows no overflow: what the weights give to Lambda goes there, though machines idle', async () => {
    const { twin, weigh, close, vms, lambda } = await opened();
    await weigh([
      [vms[1]!, 50],
      [lambda[1]!, 50],
    ]);
    twin.advance(1200);
    expect(twin.world.total.spilled / totalRequests(twin.world.total)).toBeCloseTo(0.5, 1);
    await close();
  });

  test('with provisioned environments has no cold starts once they are ready', async () => {
    const { twin, clients, weigh, close, lambda } = await opened();
    const FunctionName = twin.deployment.functions[1]!.name;
    const provision = { FunctionName, Qualifier: '1', ProvisionedConcurrentExecutions: 60 };
    await clients.lambda.send(new PutProvisionedConcurrencyConfigCommand(provision));
    twin.advance(180);
    await weigh([[lambda[1]!, 100]]);
    twin.advance(600);
    expect(twin.world.total.spilled).toBeGreaterThan(5000);
    expect(twin.world.total.coldStarts).toBe(0);
    expect(twin.world.total.usd.lambdaProvisioned).toBeGreaterThan(0);
    await close();
  });
});

test('a world in which nothing has happened has happened to nobody', async () => {
  const { world, profile } = await routed(20, [8, 0]);
  expect(world.total).toEqual(emptyOutcome(profile));
});
