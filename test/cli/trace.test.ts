import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drawCounts } from '../../cli/trace.ts';
import { traceSummary } from '../../cli/trace-summary.ts';
import type { Workload } from '../../env/types.ts';
import { generatorKinds } from '../../env/workload/generators.ts';
import { parseGenerator } from '../../env/workload/reference.ts';
import { parseTrace } from '../../env/workload/trace.ts';
import { machine } from './command-line.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spillway-trace-'));
});
afterAll(() => rm(folder, { recursive: true }));

function workloadOf(requests: readonly number[], stepSeconds = 1): Workload {
  return { name: 'hand-made', stepSeconds, requests: Float64Array.from(requests), counted: true };
}

describe('spillway trace generate', () => {
  test('writes a trace that reads back as what was drawn', async () => {
    const out = join(folder, 'made', 'crowd.csv');
    const reference = 'flash-crowd:hours=0.5,seed=3';
    const answer = await machine().call('trace', 'generate', reference, '--out', out, '--seed', '7');
    expect(answer).toMatchObject({ code: 0, errors: '', output: expect.stringContaining(`trace  ${out}`) });
    const read = parseTrace(await readFile(out, 'utf8'), out, 1);
    expect(read.requests).toEqual(drawCounts(parseGenerator(reference), 7).requests);
  });

  test('draws the same from the same seed, and something else from another', () => {
    const workload = parseGenerator('constant:mean=20,hours=0.1');
    expect(drawCounts(workload, 1)).toEqual(drawCounts(workload, 1));
    expect(drawCounts(workload, 1).requests).not.toEqual(drawCounts(workload, 2).requests);
  });

  test('draws a Poisson process of the mean: within four standard deviations', () => {
    const mean = 20 * 3600;
    const total = drawCounts(parseGenerator('constant:mean=20,hours=1'), 5).requests.reduce((sum, one) => sum + one, 0);
    expect(Math.abs(total - mean)).toBeLessThan(4 * Math.sqrt(mean));
  });

  test('replays what a generator counted', () => {
    const workload = parseGenerator('workload-40');
    expect(drawCounts(workload, 9).requests).toEqual(workload.requests);
  });

  test('an unknown generator writes nothing', async () => {
    const out = join(folder, 'nothing.csv');
    expect(await machine().call('trace', 'generate', 'dirunal', '--out', out)).toMatchObject({ code: 2 });
    expect(existsSync(out)).toBe(false);
  });
});

describe('spillway trace', () => {
  test('list names every generator and parameter', async () => {
    const { output } = await machine().call('trace', 'list');
    for (const kind of generatorKinds) {
      expect(output).toContain(`${kind.name}: ${kind.summary}`);
      for (const name of Object.keys(kind.parameters)) expect(output).toMatch(new RegExp(`^  ${name} `, 'm'));
    }
  });

  test('show describes a reference, or a part of it', async () => {
    const answer = await machine().call(
      'trace',
      'show',
      'constant:mean=50,hours=2',
      '--duration',
      '30m',
      '--scale',
      '2',
    );
    expect(answer.code).toBe(0);
    expect(answer.output).toMatch(/duration +1800 s/);
    expect(answer.output).toMatch(/mean +100\.00 req\/s/);
    expect(answer.output).toMatch(/peak\/median +1\.00, over whole minutes 1\.00/);
  });
});

describe('a trace summary', () => {
  test('gives rates per second, whatever the step', () => {
    expect(traceSummary(workloadOf([10, 30, 20, 100], 10))).toEqual({
      durationSeconds: 40,
      stepSeconds: 10,
      requests: 160,
      mean: 4,
      median: 2.5,
      peak: 10,
      peakToMedian: 4,
      peakToMedianMinutes: null,
    });
  });

  test('has no peak over a median of nothing', () => {
    expect(traceSummary(workloadOf([0, 0, 5]))).toMatchObject({ median: 0, peak: 5, peakToMedian: null });
  });

  test('of minutes is that of the trace added up to minutes', () => {
    const counts = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 120, maxLength: 400 });
    fc.assert(
      fc.property(counts, (seconds) => {
        const whole = seconds.slice(0, 60 * Math.floor(seconds.length / 60));
        const minutes = Array.from({ length: whole.length / 60 }, (_, at) =>
          whole.slice(60 * at, 60 * at + 60).reduce((sum, one) => sum + one, 0),
        );
        expect(traceSummary(workloadOf(seconds)).peakToMedianMinutes).toBeCloseTo(
          traceSummary(workloadOf(minutes, 60)).peakToMedian!,
        );
      }),
    );
  });
});
