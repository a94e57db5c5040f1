import { expect, test } from 'vitest';
import { Calls } from '../../../../env/aws/calls/call.ts';
import { FunctionPilot } from '../../../../env/aws/rollout/function-pilot.ts';
import { MemoryRolloutJournal } from '../../../../env/aws/rollout/journal.ts';
import { ImaginedCanaries } from '../../../../env/aws/rollout/judge.ts';
import { FunctionReader } from '../../../../env/aws/rollout/read-function.ts';
import { ShadowFunctions } from '../../../../env/aws/rollout/shadow-functions.ts';
import { ShadowWriter } from '../../../../env/aws/writing/shadow-writer.ts';
import { lambdaService } from '../../../../env/twin/lambda/service.ts';
import { sentTo } from '../sent-to.ts';
import { LambdaWorld, steerFor } from './process.ts';

test('in shadow mode a rollout tells which versions it would delete, each once, and deletes none', async () => {
  const world = new LambdaWorld();
  for (const memoryMb of [1769, 3008, 512, 1769]) {
    await steerFor(world, 14, { memoryMb, environments: null }, { journal: new MemoryRolloutJournal() });
  }
  const versions = () => world.function.versions.published.map(({ version }) => version);
  const before = versions();
  const lambda = sentTo<never>(lambdaService(world.functions));
  const nowMs = () => world.nowMs;
  const functions = new ShadowFunctions(new FunctionReader(lambda, new Calls(500)));
  const told: { readonly operation: string; readonly input: object }[] = [];
  const pilot = new FunctionPilot({
    ...{ function: 'f', alias: 'live', reader: functions, journal: new MemoryRolloutJournal(), nowMs },
    writer: new ShadowWriter((request) => told.push(request), [functions]),
    judge: new ImaginedCanaries(nowMs),
    random: () => 0,
    expectedMs: () => null,
  });
  for (let minute = 0; minute < 30; minute++) {
    await pilot.steer({ memoryMb: 1024, environments: null });
    world.nowMs += 60_000;
  }
  const deleted = told.filter(({ operation }) => operation === 'DeleteFunction').map(({ input }) => input);
  expect(before).toEqual(['1', '3', '4', '5']);
  expect(deleted).toEqual([{ FunctionName: 'f', Qualifier: '3' }]);
  expect(versions()).toEqual(before);
});
