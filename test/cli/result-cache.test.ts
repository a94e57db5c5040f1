import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { codeVersion } from '../../cli/code-version.ts';
import type { EvaluationJob } from '../../cli/evaluation-job.ts';
import { type JobFacts, ResultCache } from '../../cli/result-cache.ts';
import { emptyOutcome } from '../../env/outcome.ts';
import type { CellRun } from '../../policies/evaluation/matrix.ts';
import { profile } from '../policies/evaluation/fakes.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spillway-cache-'));
});
afterEach(() => rm(folder, { recursive: true }));

const job: EvaluationJob = {
  trace: 'day',
  policy: 'mixed',
  specification: 'mixed:margin=1.2',
  seed: 1,
  service: 'a.yaml',
  prices: null,
  source: { reference: 'day.csv' },
  fidelity: 'fluid',
  decisions: 30,
  warmUpSeconds: 600,
  keepsTimeline: false,
};
const facts: JobFacts = { service: 's', prices: 'p', demand: 'd', checkpoint: null };
const run: CellRun = {
  trace: 'day',
  policy: 'mixed',
  seed: 1,
  parameters: { margin: 1.2 },
  outcome: emptyOutcome(profile),
  punctuality: { timeShare: 0.9, worstHour: null },
  timeline: null,
};

test('a result comes back as it was, under whatever names trace and policy have now', async () => {
  const cache = new ResultCache(folder, 'code');
  expect(await cache.read(job, facts)).toBeNull();
  await cache.write(job, facts, run);
  expect(await cache.read(job, facts)).toEqual(run);
  const renamed = { ...job, trace: 'same day', policy: 'tuned', service: 'b.yaml', source: { reference: 'copy.csv' } };
  expect(await cache.read(renamed, facts)).toEqual({ ...run, trace: 'same day', policy: 'tuned' });
});

test('whatever a result depends on, another value of it is another result', async () => {
  await new ResultCache(folder, 'code').write(job, facts, run);
  expect(await new ResultCache(folder, 'newer code').read(job, facts)).toBeNull();
  const cache = new ResultCache(folder, 'code');
  const jobs: Partial<EvaluationJob>[] = [
    { specification: 'mixed' },
    { seed: 2 },
    { knob: { vms: 1.1, patience: 0 } },
    { fidelity: 'request-level' },
    { decisions: 31 },
    { warmUpSeconds: 660 },
    { keepsTimeline: true },
  ];
  for (const change of jobs) expect(await cache.read({ ...job, ...change }, facts), JSON.stringify(change)).toBeNull();
  const others: Partial<JobFacts>[] = [{ service: 't' }, { prices: 'q' }, { demand: 'e' }, { checkpoint: 'c' }];
  for (const change of others) expect(await cache.read(job, { ...facts, ...change })).toBeNull();
});

test('a file that is broken, or of something else, counts as none', async () => {
  const cache = new ResultCache(folder, 'code');
  await cache.write(job, facts, run);
  const [file] = await readdir(folder);
  for (const content of [
    'half',
    gzipSync(serialize(null)),
    gzipSync(serialize({ seed: 1 })),
    gzipSync(serialize({ ...run, seed: 2 })),
  ]) {
    await writeFile(join(folder, file!), content);
    expect(await cache.read(job, facts)).toBeNull();
  }
});

test('a disk that takes nothing costs no result, and is told', async () => {
  await writeFile(join(folder, 'file'), 'no folder');
  const cache = new ResultCache(join(folder, 'file', 'cache'), 'code');
  const runner = cache.keeping({ run: async () => run, close: async () => {} }, () => facts);
  expect(cache.failure).toBeNull();
  expect(await runner.run(job, () => {})).toBe(run);
  expect(cache.failure?.message).toContain('cannot be written');
});

test("the program's own code has one hash", () => {
  expect(codeVersion()).toMatch(/^[0-9a-f]{64}$/);
  expect(codeVersion()).toBe(codeVersion());
});
