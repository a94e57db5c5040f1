import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InputProblem } from '../../../env/problem.ts';
import { durationSeconds } from '../../../env/workload/duration.ts';
import { readWorkload, type WorkloadOptions } from '../../../env/workload/reference.ts';

let folder = '';
let path = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spillway-'));
  path = join(folder, 'day.csv');
  await writeFile(path, `time_s,requests\n0,1\n10,2\n20,3\n30,4\n`);
});

afterAll(() => rm(folder, { recursive: true }));

describe('a reference', () => {
  test('that is a path reads the trace', async () => {
    const workload = await readWorkload(path);
    expect(workload).toEqual({ name: 'day', stepSeconds: 10, requests: Float64Array.of(1, 2, 3, 4), counted: true });
    expect(durationSeconds(workload)).toBe(40);
  });

  test('that names a generator runs it with its parameters, and is its name', async () => {
    const workload = await readWorkload('constant:mean=3,hours=0.01');
    expect(workload.name).toBe('constant:mean=3,hours=0.01');
    expect(workload.requests).toEqual(new Float64Array(36).fill(3));
  });

  test('may be scaled, also where a generator counts', async () => {
    const workload = await readWorkload('workload-40', { scale: 2 });
    expect(workload.requests.reduce((a, b) => a + b)).toBe(30_000);
    expect(workload.counted).toBe(false);
    expect((await readWorkload(path, { scale: 3 })).name).toBe('day-x3');
  });

  test.each<[WorkloadOptions, number[], string]>([
    [{}, [1, 2, 3, 4], 'day'],
    [{ startSeconds: 10 }, [2, 3, 4], 'day@10+30'],
    [{ durationSeconds: 20 }, [1, 2], 'day@0+20'],
    [{ startSeconds: 10, durationSeconds: 20 }, [2, 3], 'day@10+20'],
    [{ startSeconds: 0, durationSeconds: 40 }, [1, 2, 3, 4], 'day'],
  ])('is cut by %j', async (options, requests, name) => {
    const workload = await readWorkload(path, options);
    expect([...workload.requests]).toEqual(requests);
    expect(workload.name).toBe(name);
  });
});

describe('refused in a sentence:', () => {
  test.each<[string, WorkloadOptions, string]>([
    ['missing.csv', {}, 'missing.csv: cannot read the trace, there is no such file'],
    ['.', {}, '.: cannot read the trace, it is a folder'],
    ['', {}, 'The trace has no name'],
    ['constant:mean=1e8', {}, 'has up to 100000000 requests per second, but must have at most 10000000'],
    ['constant:mean=100', { scale: 1e6 }, 'has up to 100000000 requests per second, but must have at most 10000000'],
    [
      'diurnl:mean=2',
      {},
      'one of constant, diurnal, mmpp, workload-40, workload-120, workload-200, flash-crowd, on-off, synthetic; did you mean "diurnal"?',
    ],
    [
      'diurnal:meen=2',
      {},
      'one of mean, peakToMean, peakHour, noise, hours, seed: write it as in mean=200; did you mean "mean"?',
    ],
    ['diurnal:mean=-1', {}, 'mean is "-1", but must be a number of at least 0 (req/s)'],
    ['diurnal:mean=', {}, 'mean is "", but must be a number of at least 0'],
    ['diurnal:mean', {}, 'mean is "", but must be a number of at least 0'],
    ['diurnal:mean=1=2', {}, 'mean is "1"'],
    ['diurnal:mean=a', {}, 'mean is "a", but must be a number of at least 0'],
    ['diurnal:mean=1,mean=2', {}, 'mean is stated twice'],
    ['diurnal:seed=1.5', {}, 'seed is "1.5", but must be a whole number of at least 0'],
    ['workload-120:highSeconds=431', {}, 'highSeconds is "431", but must be a number above 0 and at most 430 (s)'],
    ['constant', { scale: 0 }, 'scale of constant is 0, but must be a number above 0'],
    [
      'constant:hours=1',
      { startSeconds: 3600 },
      'a start at 3600 s must stay within constant:hours=1, which lasts 3600 s',
    ],
    ['constant:hours=1', { startSeconds: 1, durationSeconds: 3600 }, 'a duration of 3600 s must stay within'],
    ['constant', { startSeconds: 0.5 }, 'the start is 0.5 s, but must be 0 or a multiple of 1'],
    ['constant', { startSeconds: -1 }, 'the start is -1 s, but must be'],
    ['constant', { durationSeconds: 0 }, 'the duration is 0 s, but must be a multiple above 0 of 1'],
    ['constant', { durationSeconds: Number.NaN }, 'the duration is NaN s, but must be'],
  ])('%s %j', async (reference, options, part) => {
    const refusal = await readWorkload(reference, options).catch((problem: unknown) => problem);
    expect(refusal).toBeInstanceOf(InputProblem);
    expect((refusal as InputProblem).message).toContain(part);
  });
});
