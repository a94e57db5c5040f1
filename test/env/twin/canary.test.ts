import { ModifyRuleCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  GetAliasCommand,
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { afterEach, describe, expect, test } from 'vitest';
import type { Fault } from '../../../env/twin/faults/fault.ts';
import { readSeries } from './metrics.ts';
import { clientsOf, openExample, startedAt } from './open.ts';

/* A canary on the load: what the versions behind an alias do is told by version, over the wire. */

let close = async () => {};
afterEach(() => close());

/** A twin whose whole load goes to a function, a part of it to a second version with more memory. */
async function withCanary(share: number, faults: readonly Fault[] = []) {
  const twin = await openExample('weighted-classifier', { faults });
  const clients = clientsOf(twin);
  close = async () => {
    clients.close();
    await twin.close();
  };
  const { name: FunctionName, alias, targetGroup } = twin.deployment.functions[1]!;
  const Actions = [{ Type: 'forward' as const, TargetGroupArn: targetGroup! }];
  await clients.loadBalancing.send(new ModifyRuleCommand({ RuleArn: twin.deployment.rule!, Actions }));
  await clients.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, MemorySize: 3008 }));
  twin.advance(60);
  await clients.lambda.send(new PublishVersionCommand({ FunctionName }));
  twin.advance(60);
  const RoutingConfig = { AdditionalVersionWeights: { '2': share } };
  await clients.lambda.send(new UpdateAliasCommand({ FunctionName, Name: alias, RoutingConfig }));
  twin.advance(900);
  const ofVersion = async (name: string, stat: string, version: string) => {
    const dimensions = { FunctionName, Resource: `${FunctionName}:${alias}`, ExecutedVersion: version };
    const to = new Date(startedAt.getTime() + 3_600_000);
    const points = await readSeries(clients.cloudWatch, ['AWS/Lambda', name, dimensions, stat], {
      from: startedAt,
      to,
    });
    return points.filter(([minute]) => minute >= 4 && minute <= 10).map(([, value]) => value);
  };
  const total = async (name: string, version: string) =>
    (await ofVersion(name, 'Sum', version)).reduce((sum, value) => sum + value, 0);
  return { clients, FunctionName, alias, ofVersion, total };
}

describe('a canary', () => {
  test('gets its share of the invocations, and its memory shows in its durations', async () => {
    const { total, ofVersion } = await withCanary(0.1);
    const [old, fresh] = [await total('Invocations', '1'), await total('Invocations', '2')];
    expect(fresh / (old + fresh)).toBeCloseTo(0.1, 2);
    const [slow, fast] = [(await ofVersion('Duration', 'p50', '1'))[0]!, (await ofVersion('Duration', 'p50', '2'))[0]!];
    expect(fast).toBeLessThan(0.5 * slow);
    expect(await total('Errors', '2')).toBe(0);
  });

  test('of a bad version has errors that the old one has not', async () => {
    const fault = { service: null, operation: null, resource: null, atSeconds: 0, forSeconds: 300, strength: 0.4 };
    const { total } = await withCanary(0.5, [{ ...fault, kind: 'bad-version' }]);
    expect(await total('Errors', '1')).toBe(0);
    expect((await total('Errors', '2')) / (await total('Invocations', '2'))).toBeCloseTo(0.4, 1);
  });

  test('that a deploy takes away is gone from the alias', async () => {
    const fault = { service: null, operation: null, resource: null, atSeconds: 600, forSeconds: 0, strength: 1 };
    const { clients, FunctionName, alias, total } = await withCanary(0.1, [{ ...fault, kind: 'alias-moved' }]);
    const read = await clients.lambda.send(new GetAliasCommand({ FunctionName, Name: alias }));
    expect(read.FunctionVersion).toBe('3');
    expect(read.RoutingConfig?.AdditionalVersionWeights ?? {}).toEqual({});
    expect(await total('Invocations', '3')).toBeGreaterThan(0);
  });
});
