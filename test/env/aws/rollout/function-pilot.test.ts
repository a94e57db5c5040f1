import { beforeEach, describe, expect, test } from 'vitest';
import type { FunctionWish } from '../../../../env/aws/rollout/function-pilot.ts';
import { MemoryRolloutJournal } from '../../../../env/aws/rollout/journal.ts';
import { refusal } from '../sent-to.ts';
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

describe('a rollout of the memory', () => {
  test('ends with the alias on a version that has it', async () => {
    const piloted = await steer(12, more);
    expect(world.routes).toEqual([['2', 1769, 1]]);
    expect(piloted.memoryMb).toBe(1769);
    expect((await journal.read())?.end?.as).toBe('committed');
  });

  test('tries a tenth of the traffic for three minutes before all of it', async () => {
    await steer(4, more);
    expect(world.routes).toEqual([
      ['1', 1024, 0.9],
      ['2', 1769, 0.1],
    ]);
  });

  test('takes provisioned environments along, on the version and never on the alias, and pays for both only meanwhile', async () => {
    world.function.provision('1', 5);
    world.nowMs += 120_000;
    await steer(5, more);
    expect(world.provisioned).toEqual([
      ['1', 5],
      ['2', 5],
    ]);
    await steer(12, more);
    expect(world.provisioned).toEqual([['2', 5]]);
    expect(world.routes).toEqual([['2', 1769, 1]]);
  });

  test('goes back where the new version does worse, and stays there for hours', async () => {
    await steer(10, more, { verdict: () => 'worse' });
    expect(world.routes).toEqual([['1', 1024, 1]]);
    expect(world.function.versions.latest.memoryMb).toBe(1024);
    const told = await steer(1, more);
    expect(told.said.join()).toMatch(/its memory stays until 2026-11-22T06:.*does worse/);
    world.nowMs += 6 * 3_600_000;
    await steer(20, more);
    expect(world.routes).toEqual([['2', 1769, 1]]);
  });

  test('goes back where it sees no fresh minutes for a day', async () => {
    await steer(10, more, { verdict: () => 'early' });
    world.nowMs += 24 * 3_600_000;
    await steer(5, more, { verdict: () => 'early' });
    expect(world.routes).toEqual([['1', 1024, 1]]);
    expect((await journal.read())?.because).toMatch(/min for fresh minutes/);
  });

  test('goes back where another memory is wanted meanwhile, and then to that', async () => {
    await steer(4, more);
    await steer(14, { memoryMb: 3008, environments: null });
    expect(world.routes).toEqual([['3', 3008, 1]]);
  });

  test('that all of the traffic is on is finished, whatever is wanted by then', async () => {
    world.function.provision('1', 5);
    world.nowMs += 120_000;
    const pilot = processOn(world, { journal });
    while (world.routes[0]![0] === '1') {
      await pilot.steer(more);
      world.nowMs += 60_000;
    }
    await pilot.steer({ memoryMb: 3008, environments: null });
    expect(world.routes).toEqual([['2', 1769, 1]]);
    expect(world.provisioned).toEqual([['2', 5]]);
  });

  test('is left where the function is gone', async () => {
    let isGone = false;
    const around: ProcessOptions['around'] = async (_, perform) => {
      if (isGone) throw refusal('ResourceNotFoundException', 404);
      return perform();
    };
    const pilot = processOn(world, { journal, around });
    await pilot.steer(more);
    isGone = true;
    await pilot.steer(more);
    expect((await journal.read())?.end?.as).toBe('left');
  });

  test('is told as on its way while it lasts', async () => {
    expect((await steer(2, more)).memoryMb).toBe(1769);
  });
});

describe('a look at a function', () => {
  /** Minutes between two looks at a wish that stays. */
  const betweenLooks = async (wish: FunctionWish) => {
    const looks: number[] = [];
    const around: ProcessOptions['around'] = async (operation, perform) => {
      if (operation === 'GetAlias') looks.push(world.nowMs / 60_000);
      return perform();
    };
    const pilot = processOn(world, { journal, around });
    for (let minute = 0; minute < 90; minute++) {
      await pilot.steer(wish);
      world.nowMs += 60_000;
    }
    return looks.slice(1).map((minute, index) => minute - looks[index]!);
  };

  test('comes again after a quarter of an hour where all is as wished', async () => {
    const pauses = await betweenLooks({ memoryMb: 1024, environments: null });
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(15);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(30);
  });

  test('is a single call while nobody touches the alias, and finds a deploy that did', async () => {
    const asked: string[] = [];
    const around: ProcessOptions['around'] = async (operation, perform) => {
      asked.push(operation);
      return perform();
    };
    const pilot = processOn(world, { journal, around });
    const wish = { memoryMb: 1024, environments: null };
    await pilot.steer(wish);
    asked.length = 0;
    for (let hour = 0; hour < 5; hour++) {
      world.nowMs += 3_600_000;
      expect(await pilot.steer(wish)).toMatchObject({ memoryMb: 1024, isSettled: true });
    }
    expect(asked).toEqual(Array(5).fill('GetAlias'));
    world.function.deploy();
    world.nowMs += 3_600_000;
    asked.length = 0;
    await pilot.steer(wish);
    expect(asked.length).toBeGreaterThan(1);
  });

  test('comes sooner where something is in the way that may pass', async () => {
    world.function.deploy();
    world.function.updateAlias('live', { version: '1', weights: {}, description: null, revision: null });
    expect(Math.max(...(await betweenLooks(more)))).toBeLessThanOrEqual(10);
  });
});

describe('what somebody else did', () => {
  test('an alias that was moved by a deploy is left alone', async () => {
    await steer(4, more);
    world.function.deploy();
    await steer(4, more);
    expect(world.routes).toEqual([['3', 1769, 1]]);
    expect((await journal.read())?.end?.as).toBe('left');
  });

  test('code in $LATEST that nobody released is not shipped', async () => {
    world.function.deploy();
    world.function.updateAlias('live', { version: '1', weights: {}, description: null, revision: null });
    const told = await steer(3, more);
    expect(told.said.join()).toContain('$LATEST holds code or settings');
    expect(world.routes).toEqual([['1', 1024, 1]]);
  });

  test('a revision that is not the one that was read stops the rollout', async () => {
    let isFirst = true;
    await steer(12, more, {
      around: async (operation, perform) => {
        if (operation !== 'UpdateFunctionConfiguration' || !isFirst) return perform();
        isFirst = false;
        throw refusal('PreconditionFailedException', 412);
      },
    });
    expect(world.routes).toEqual([['1', 1024, 1]]);
    expect(world.function.versions.latest.memoryMb).toBe(1024);
    expect((await journal.read())?.because).toContain('changed f in the meantime');
  });

  test("another rollout's canary is not touched", async () => {
    world.function.versions.update({ memoryMb: 512, description: 'theirs' }, null);
    world.nowMs += 60_000;
    world.function.versions.publish({ codeSha256: null, revision: null, description: 'theirs' });
    world.nowMs += 60_000;
    world.function.updateAlias('live', { version: null, weights: { 2: 0.3 }, description: null, revision: null });
    const told = await steer(5, more);
    expect(told.said.join()).toContain('somebody else tries version 2');
    expect(world.routes[1]).toEqual(['2', 512, 0.3]);
  });

  test("a canary of Spillway's own whose journal is lost is taken back", async () => {
    await steer(4, more);
    journal = new MemoryRolloutJournal();
    await steer(3, more);
    expect(world.routes).toEqual([['1', 1024, 1]]);
  });

  test('provisioned concurrency on the alias keeps its memory from being changed', async () => {
    world.function.provision('live', 5);
    world.nowMs += 120_000;
    const told = await steer(2, more);
    expect(told.said.join()).toContain('move it to the version');
    expect(world.function.versions.latest.memoryMb).toBe(1024);
  });
});

describe('environments without a rollout', () => {
  test('are provisioned on the version that serves, and released again', async () => {
    await steer(2, { memoryMb: 1024, environments: 4 });
    expect(world.provisioned).toEqual([['1', 4]]);
    await steer(2, { memoryMb: 1024, environments: 0 });
    expect(world.provisioned).toEqual([]);
  });

  test('that nobody speaks of stay as they are', async () => {
    world.function.provision('1', 3);
    await steer(7, { memoryMb: 1024, environments: null });
    expect(world.provisioned).toEqual([['1', 3]]);
  });
});

describe('versions that rollouts left behind', () => {
  const sizes = [1769, 3008, 512, 1769, 3008];
  const versions = () => world.function.versions.published.map(({ version }) => version);
  /** One rollout after the other. */
  async function rolled(options: Partial<ProcessOptions> = {}) {
    for (const memoryMb of sizes) await steer(14, { memoryMb, environments: null }, options);
  }

  test('are deleted but for the newest three, and never the one that serves, nor what anybody else published', async () => {
    await rolled();
    expect(versions()).toEqual(['1', '4', '5', '6']);
    expect(world.routes).toEqual([['6', 3008, 1]]);
  });

  test('stay while an alias points at them, or environments are provisioned for them', async () => {
    const extra: ProcessOptions['around'] = async (operation, perform) => {
      const answer = (await perform()) as { Aliases?: object[]; ProvisionedConcurrencyConfigs?: object[] };
      const { Aliases = [], ProvisionedConcurrencyConfigs = [] } = answer;
      if (operation === 'ListAliases') return { Aliases: [...Aliases, { FunctionVersion: '3' }] };
      const two = { FunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:f:2' };
      if (operation === 'ListProvisionedConcurrencyConfigs') {
        return { ProvisionedConcurrencyConfigs: [...ProvisionedConcurrencyConfigs, two] };
      }
      return answer;
    };
    await rolled({ around: extra });
    expect(versions()).toEqual(['1', '2', '3', '4', '5', '6']);
  });

  test('go one a step', async () => {
    const counts: number[] = [];
    await rolled({
      around: async (operation, perform) => {
        if (operation === 'DeleteFunction') throw refusal('ServiceException', 500);
        return perform();
      },
    });
    const pilot = processOn(world, { journal });
    for (let step = 0; step < 5; step++) {
      counts.push(versions().length);
      await pilot.steer({ memoryMb: 3008, environments: null });
      world.nowMs += 60_000;
    }
    expect(counts).toEqual([6, 5, 4, 4, 4]);
  });

  test('without a permission they stay, and the memory is changed all the same', async () => {
    const said: string[] = [];
    const denied: ProcessOptions['around'] = async (operation, perform) => {
      if (/^(DeleteFunction|ListVersions)/.test(operation)) throw refusal('AccessDeniedException', 403);
      return perform();
    };
    for (const memoryMb of sizes) {
      const pilot = processOn(world, { journal, around: denied });
      for (let minute = 0; minute < 14; minute++) {
        said.push(...(await pilot.steer({ memoryMb, environments: null })).said);
        world.nowMs += 60_000;
      }
    }
    expect(versions()).toEqual(['1', '2', '3', '4', '5', '6']);
    expect(world.routes).toEqual([['6', 3008, 1]]);
    expect(said.filter((one) => one.includes('ListVersionsByFunction'))).toHaveLength(sizes.length);
  });

  test('are looked at again where the answer to a deletion got lost', async () => {
    let isFirst = true;
    await rolled({
      around: async (operation, perform) => {
        const answer = await perform();
        if (operation !== 'DeleteFunction' || !isFirst) return answer;
        isFirst = false;
        throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
      },
    });
    expect(versions()).toEqual(['1', '4', '5', '6']);
  });
});
