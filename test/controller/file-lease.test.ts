import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FileLease } from '../../controller/live/file-lease.ts';
import { FakeClock } from './fakes.ts';

let folder = '';
let clock = new FakeClock();
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spillway-lease-'));
  clock = new FakeClock();
});
afterEach(() => rm(folder, { recursive: true }));

const leaseOf = (run: string) => new FileLease({ path: join(folder, 'deep', 'lease'), seconds: 60, clock, run });

/** A lease of another process, which this test is not. */
async function foreign(held: { pid: number; host?: string; until?: Date }): Promise<FileLease> {
  const lease = leaseOf('mine');
  await lease.renew();
  await lease.release();
  const { pid, host = hostname(), until = new Date(clock.now().getTime() + 60_000) } = held;
  await writeFile(join(folder, 'deep', 'lease.7'), JSON.stringify({ host, pid, run: 'other', until }));
  return lease;
}

describe('the file lease', () => {
  test('is held by one, prolonged by it, and taken by the next when it is over', async () => {
    const [one, two] = [leaseOf('one'), leaseOf('two')];
    expect(await one.renew()).toEqual({ isHeld: true, token: 1 });
    expect(await two.renew()).toMatchObject({ isHeld: false, holder: `${hostname()}:${process.pid}` });
    clock.pass(50);
    expect(await one.renew()).toEqual({ isHeld: true, token: 1 });
    clock.pass(50);
    expect(await two.renew()).toMatchObject({ isHeld: false });
    clock.pass(10);
    expect(await two.renew()).toEqual({ isHeld: true, token: 2 });
  });

  test('an old holder that wakes up may not write, and does not take it back', async () => {
    const [one, two] = [leaseOf('one'), leaseOf('two')];
    await one.renew();
    expect(await one.check()).toBe(true);
    clock.pass(61);
    expect(await one.check()).toBe(false);
    await two.renew();
    clock.pass(-61);
    expect(await one.check()).toBe(false);
    expect(await one.renew()).toMatchObject({ isHeld: false });
    expect(await two.check()).toBe(true);
  });

  test('released, it is free at once', async () => {
    const [one, two] = [leaseOf('one'), leaseOf('two')];
    await one.renew();
    await one.release();
    expect(await one.check()).toBe(false);
    expect(await two.renew()).toEqual({ isHeld: true, token: 2 });
  });

  test('of many that ask at once one gets it', async () => {
    const standings = await Promise.all(Array.from({ length: 20 }, (_, one) => leaseOf(`run-${one}`).renew()));
    expect(standings.filter(({ isHeld }) => isHeld)).toHaveLength(1);
    expect(await readdir(join(folder, 'deep'))).toEqual(['lease.1']);
  });

  test('of a process that is gone is free; of another host it is waited for', async () => {
    // Beyond the largest pid of Linux (2^22).
    const gone = 4_194_305;
    expect(await (await foreign({ pid: gone })).renew()).toEqual({ isHeld: true, token: 8 });
    expect(await (await foreign({ pid: gone, host: 'elsewhere' })).renew()).toMatchObject({ isHeld: false });
  });

  test('that cannot be understood is not taken before it has stayed so for its length, and then it is', async () => {
    await leaseOf('one').renew();
    const file = join(folder, 'deep', 'lease.9');
    await writeFile(file, 'half a li');
    clock.pass(1000);
    const two = leaseOf('two');
    expect(await two.renew()).toMatchObject({ isHeld: false, holder: null, said: expect.stringContaining(file) });
    clock.pass(59);
    expect(await two.renew()).toMatchObject({ isHeld: false });
    clock.pass(1);
    expect(await two.renew()).toEqual({ isHeld: true, token: 10 });
    expect(await leaseOf('three').renew()).toMatchObject({ isHeld: false, holder: `${hostname()}:${process.pid}` });
  });

  test('a holder that writes its strange file again keeps it', async () => {
    const one = leaseOf('one');
    await one.renew();
    const two = leaseOf('two');
    for (let round = 0; round < 5; round++) {
      await writeFile(join(folder, 'deep', 'lease.1'), '');
      expect(await two.renew()).toMatchObject({ isHeld: false });
      clock.pass(20);
      expect(await one.renew()).toEqual({ isHeld: true, token: 1 });
      expect(await two.renew()).toMatchObject({ isHeld: false });
      clock.pass(20);
    }
  });

  test('where nothing can be written is not held, in a sentence', async () => {
    await writeFile(join(folder, 'deep'), '');
    expect(await leaseOf('one').renew()).toMatchObject({
      isHeld: false,
      said: expect.stringMatching(/cannot be asked/),
    });
  });
});
