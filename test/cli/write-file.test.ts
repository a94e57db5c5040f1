import { execFileSync } from 'node:child_process';
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseDuration } from '../../cli/duration.ts';
import { splitSpecifications } from '../../cli/specifications.ts';
import { checkFileWritable, checkFolderWritable, writeFileAtomically } from '../../cli/write-file.ts';
import { InputProblem } from '../../env/problem.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spillway-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('writing a file', () => {
  test('replaces the old one whole, makes missing folders, and leaves nothing beside it', async () => {
    const path = join(folder, 'a', 'b', 'file.txt');
    await writeFileAtomically(path, 'old and long');
    await writeFileAtomically(path, 'new');
    expect(await readFile(path, 'utf8')).toBe('new');
    expect(await readdir(join(folder, 'a', 'b'))).toEqual(['file.txt']);
  });

  test('that fails leaves nothing behind, and what was there as it was', async () => {
    // A folder with a file in it cannot be replaced by a file.
    await mkdir(join(folder, 'taken'));
    await writeFile(join(folder, 'taken', 'inside'), 'kept');
    await expect(writeFileAtomically(join(folder, 'taken'), 'new')).rejects.toThrow();
    expect(await readdir(folder)).toEqual(['taken']);
    expect(await readFile(join(folder, 'taken', 'inside'), 'utf8')).toBe('kept');
  });

  test('through a link leaves the link, and changes what it points to', async () => {
    await writeFile(join(folder, 'file.txt'), 'old');
    await symlink('file.txt', join(folder, 'link.txt'));
    await writeFileAtomically(join(folder, 'link.txt'), 'new');
    expect((await lstat(join(folder, 'link.txt'))).isSymbolicLink()).toBe(true);
    expect(await readFile(join(folder, 'file.txt'), 'utf8')).toBe('new');
  });

  test('to what is no regular file writes there, and puts no file in its place', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const [read] = await Promise.all([readFile(pipe, 'utf8'), writeFileAtomically(pipe, 'through')]);
    expect(read).toBe('through');
    expect((await stat(pipe)).isFIFO()).toBe(true);
  });

  test('is refused where the command reads that file too, under whatever name', async () => {
    const trace = join(folder, 'day.csv');
    await writeFile(trace, 'weeks of counting');
    await symlink(trace, join(folder, 'link.csv'));
    for (const path of [trace, join(folder, 'link.csv'), join(folder, 'x', '..', 'day.csv')]) {
      await expect(checkFileWritable(path, '--json', [undefined, `${trace}@1h+2h`])).rejects.toThrow(
        /reads, and would be lost/,
      );
    }
    await checkFileWritable(join(folder, 'other.json'), '--json', [trace, 'diurnal:mean=5']);
  });

  test('is checked ahead without making anything', async () => {
    await checkFolderWritable(join(folder, 'x', 'y'), '--out');
    await checkFileWritable(join(folder, 'x', 'z.json'), '--json');
    expect(await readdir(folder)).toEqual([]);
    await expect(checkFileWritable(folder, '--json')).rejects.toThrow(InputProblem);
  });
});

test('durations are told in seconds, minutes, hours and days', () => {
  const seconds = ['3600', '90s', '30m', '24h', '7d', '1.5h'].map((text) => parseDuration(text, '--duration'));
  expect(seconds).toEqual([3600, 90, 1800, 86_400, 604_800, 5400]);
  for (const text of ['', 'h', '-5', '5x', '1h30m', 'NaN']) {
    expect(() => parseDuration(text, '--duration')).toThrow(InputProblem);
  }
});

test.each([
  [['static,reactive,ppo:checkpoints/default'], ['static', 'reactive', 'ppo:checkpoints/default']],
  [['mixed:margin=1.2,delay=300'], ['mixed:margin=1.2,delay=300']],
  [['static,mixed:margin=1.2,delay=300,paragon'], ['static', 'mixed:margin=1.2,delay=300', 'paragon']],
  [
    ['static', 'mixed:margin=1.2,delay=300', 'ppo:runs/lr=3/best'],
    ['static', 'mixed:margin=1.2,delay=300', 'ppo:runs/lr=3/best'],
  ],
  [
    ['a,', 'b'],
    ['a', 'b'],
  ],
  [[], []],
])('%j names the policies %j', (words, specifications) => {
  expect(splitSpecifications(words)).toEqual(specifications);
});
