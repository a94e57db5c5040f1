import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { simulatedParts } from '../../cli/simulated-parts.ts';
import { readWorkload } from '../../env/workload/reference.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spillway-parts-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('parts and multiples of a trace are those that reading it anew gives, and its file is read once', async () => {
  const reference = join(folder, 'day.csv');
  const lines = Array.from({ length: 60 }, (_, bin) => `${bin * 60},${(bin * 7) % 50}`);
  await writeFile(reference, `time_s,requests\n${lines.join('\n')}\n`);
  const { workload } = simulatedParts();
  const parts = [{}, { scale: 2.5 }, { startSeconds: 600 }, { scale: 0.3, startSeconds: 1200, durationSeconds: 600 }];
  const expected = await Promise.all(parts.map((part) => readWorkload(reference, part)));
  await workload({ reference });
  await rm(reference);
  expect(await Promise.all(parts.map((part) => workload({ reference, ...part })))).toEqual(expected);
  const twice = { reference, scale: 2.5 };
  expect(await workload(twice)).toBe(await workload(twice));
});
