import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FunctionWish } from '../../../../env/aws/rollout/function-pilot.ts';
import { FileRolloutJournal } from '../../../../env/aws/rollout/journal.ts';
import { LambdaWorld, steerFor } from './process.ts';

const more: FunctionWish = { memoryMb: 1769, environments: null };

describe('the journal on disk', () => {
  let world: LambdaWorld;
  let folder: string;
  beforeEach(async () => {
    world = new LambdaWorld();
    folder = await mkdtemp(join(tmpdir(), 'spillway-rollout-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('carries a rollout from one process to the next', async () => {
    for (let restart = 0; restart < 14; restart++)
      await steerFor(world, 1, more, { journal: new FileRolloutJournal(folder, 'f') });
    expect(world.routes).toEqual([['2', 1769, 1]]);
  });

  test('holds no setting of the function, which may be a secret', async () => {
    await steerFor(world, 3, more, { journal: new FileRolloutJournal(folder, 'f') });
    expect(Object.keys(JSON.parse(await readFile(join(folder, 'f.rollout.json'), 'utf8'))).sort()).toEqual([
      'alias',
      'because',
      'canarySinceMs',
      'direction',
      'end',
      'from',
      'function',
      'intent',
      'newVersion',
      'stale',
      'startedAtMs',
      'to',
      'waiting',
    ]);
  });

  test.each(['', '{"function":', '{}'])(
    'that is broken (%j) stops every change of the function, and says so',
    async (text) => {
      await writeFile(join(folder, 'f.rollout.json'), text);
      const told = await steerFor(world, 2, more, { journal: new FileRolloutJournal(folder, 'f') });
      expect(told.said.join()).toContain(`journal of its rollouts ${join(folder, 'f.rollout.json')} cannot be used`);
      expect(world.function.versions.latest.memoryMb).toBe(1024);
    },
  );
});
