import { beforeEach, describe, expect, test } from 'vitest';
import type { FunctionWish, Piloted } from '../../../../env/aws/rollout/function-pilot.ts';
import { MemoryRolloutJournal } from '../../../../env/aws/rollout/journal.ts';
import { lostAnswer, refusal } from '../sent-to.ts';
import { LambdaWorld, type ProcessOptions, processOn, steerFor } from './process.ts';

let world: LambdaWorld;
let journal: MemoryRolloutJournal;

beforeEach(() => {
  world = new LambdaWorld();
  journal = new MemoryRolloutJournal();
});

const more: FunctionWish = { memoryMb: 1769, environments: null };

const steer = (minutes: number, wish: FunctionWish, options: Partial<ProcessOptions> = {}) =>
  steerFor(world, minutes, wish, { journal, ...options });

describe('AWS that refuses or does not answer', () => {
  test('an answer that is lost after the change was made is no second change', async () => {
    const lost = new Set<string>();
    const told: Piloted[] = [];
    const pilot = processOn(world, {
      journal,
      around: async (operation, perform) => {
        const answer = perform();
        if (/^(Get|List)/.test(operation) || lost.has(operation)) return answer;
        lost.add(operation);
        throw lostAnswer();
      },
    });
    for (let minute = 0; minute < 20; minute++) {
      told.push(await pilot.steer(more));
      world.nowMs += 60_000;
    }
    expect(lost).toEqual(new Set(['UpdateFunctionConfiguration', 'PublishVersion', 'UpdateAlias']));
    expect(told.some(({ fault }) => fault?.isUnknown)).toBe(true);
    expect(world.routes).toEqual([['2', 1769, 1]]);
    expect(world.function.versions.published).toHaveLength(2);
  });

  test('an update in progress is waited for', async () => {
    let conflicts = 3;
    await steer(16, more, {
      around: async (operation, perform) => {
        if (operation === 'PublishVersion' && conflicts-- > 0) throw refusal('ResourceConflictException', 409);
        return perform();
      },
    });
    expect(world.routes).toEqual([['2', 1769, 1]]);
  });

  test.each(['UpdateFunctionConfiguration', 'PublishVersion', 'UpdateAlias', 'PutProvisionedConcurrencyConfig'])(
    'without the permission for %s everything is as it was, and nothing is left that costs money',
    async (denied) => {
      world.function.provision('1', 2);
      world.nowMs += 120_000;
      await steer(12, more, {
        around: async (operation, perform) => {
          if (operation === denied) throw refusal('AccessDeniedException', 403);
          return perform();
        },
      });
      expect(world.routes).toEqual([['1', 1024, 1]]);
      expect(world.provisioned).toEqual([['1', 2]]);
      expect((await journal.read())?.end).not.toBeNull();
    },
  );

  test('environments that cannot be released end nothing but themselves', async () => {
    world.function.provision('1', 2);
    world.nowMs += 120_000;
    await steer(20, more, {
      around: async (operation, perform) => {
        if (operation === 'DeleteProvisionedConcurrencyConfig') throw refusal('AccessDeniedException', 403);
        return perform();
      },
    });
    expect(world.routes).toEqual([['2', 1769, 1]]);
    expect((await journal.read())?.end?.as).toBe('committed');
    expect((await journal.read())?.because).toContain('AccessDenied');
  });

  test('garbled readings change nothing', async () => {
    await steer(5, more, {
      around: async (operation, perform) => (operation === 'GetAlias' ? {} : perform()),
    });
    expect(world.function.versions.latest.memoryMb).toBe(1024);
  });

  test('while nothing may be sent a rollout stays where it is, for hours, and then goes on', async () => {
    await steer(4, more);
    await steer(300, more, { isLeaseHeld: () => false });
    expect(world.routes).toHaveLength(2);
    await steer(6, more);
    expect(world.routes).toEqual([['2', 1769, 1]]);
  });

  test('without the lease nothing is written', async () => {
    await steer(5, more, { isLeaseHeld: () => false });
    expect(world.function.versions.latest.memoryMb).toBe(1024);
  });
});
