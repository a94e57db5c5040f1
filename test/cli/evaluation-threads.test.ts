import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { EvaluationJob } from '../../cli/evaluation-job.ts';
import { runJobs } from '../../cli/worker-pool.ts';
import { InputProblem } from '../../env/problem.ts';

/** Threads start from what the build has made. */
const built = new URL('../../dist/cli/evaluation-runner.js', import.meta.url).href;
const { threadRunner }: typeof import('../../cli/evaluation-runner.ts') = await import(built);

const job = (seed: number, policy = 'mixed'): EvaluationJob => ({
  trace: 'flat',
  policy,
  specification: policy,
  seed,
  service: fileURLToPath(new URL('../../examples/image-classifier.yaml', import.meta.url)),
  prices: null,
  source: { reference: 'constant:mean=20,hours=1,seed=1' },
  fidelity: 'request-level',
  decisions: 30,
  warmUpSeconds: 600,
  keepsTimeline: seed === 1,
});

test('threads take several jobs each, and find the same however many they are', async () => {
  const jobs = [1, 2, 3, 4, 5].map((seed) => job(seed));
  const [one, two] = await Promise.all([1, 2].map((runners) => runJobs({ jobs, runners, startRunner: threadRunner })));
  expect(two).toEqual(one);
  expect(one!.map((run) => run.seed)).toEqual([1, 2, 3, 4, 5]);
  expect(one!.map((run) => run.timeline !== null)).toEqual([true, false, false, false, false]);
});

test('what a thread refuses is refused here, in the same sentence', async () => {
  const attempt = runJobs({ jobs: [job(1, 'nobody')], runners: 1, startRunner: threadRunner });
  await expect(attempt).rejects.toThrow(/nobody/);
  await expect(attempt).rejects.toSatisfy((error: Error) => error.name === InputProblem.name);
});
