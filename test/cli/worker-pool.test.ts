import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { errorOf, failureOf } from '../../cli/evaluation-job.ts';
import { runJobs } from '../../cli/worker-pool.ts';
import { InputProblem } from '../../env/problem.ts';

const jobs = Array.from({ length: 20 }, (_, index) => index);

/** Squares; takes longer over early jobs, so that they end in another order. */
function squarer(log: { closed: number; ran: number[] }) {
  return {
    run: async (job: number, onProgress: (done: number) => void) => {
      for (let turn = 0; turn < 20 - job; turn++) await setImmediate();
      log.ran.push(job);
      if (job === 13) throw new Error('unlucky');
      onProgress(1);
      onProgress(2);
      return job * job;
    },
    close: async () => {
      log.closed++;
    },
  };
}

describe('the pool', () => {
  test.each([1, 2, 7, 64])('answers in the order of the jobs with %i runners, and closes them', async (runners) => {
    const log = { closed: 0, ran: [] };
    const few = jobs.slice(0, 12);
    const results = await runJobs({ jobs: few, runners, startRunner: () => squarer(log) });
    expect(results).toEqual(few.map((job) => job * job));
    expect(log.closed).toBe(Math.min(runners, few.length));
  });

  test('ends at the first failure: closes its runners and starts no more jobs', async () => {
    const log = { closed: 0, ran: [] as number[] };
    await expect(runJobs({ jobs, runners: 2, startRunner: () => squarer(log) })).rejects.toThrow('unlucky');
    expect(log.closed).toBe(2);
    expect(log.ran).not.toContain(19);
  });

  test('tells progress as a sum that never falls', async () => {
    const heard: number[] = [];
    const log = { closed: 0, ran: [] };
    await runJobs({
      jobs: [1, 2, 3],
      runners: 2,
      startRunner: () => squarer(log),
      onProgress: (done) => heard.push(done),
    });
    expect(heard.at(-1)).toBe(6);
    expect([...heard].sort((a, b) => a - b)).toEqual(heard);
  });
});

test('a failure crosses threads with what it was', () => {
  const crossed = (error: unknown) => errorOf(structuredClone(failureOf(error)));
  expect(crossed(new InputProblem('the trace is empty'))).toBeInstanceOf(InputProblem);
  expect(crossed(new Error('broken'))).not.toBeInstanceOf(InputProblem);
  expect(crossed('text').message).toBe('text');
});
