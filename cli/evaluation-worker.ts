import { parentPort } from 'node:worker_threads';
import { type EvaluationJob, failureOf, runEvaluationJob } from './evaluation-job.ts';
import type { WorkerMessage } from './evaluation-runner.ts';
import { simulatedParts } from './simulated-parts.ts';

/** The thread's main: takes one job after another, and says what came of it. */
const parts = simulatedParts();
const say = (message: WorkerMessage): void => parentPort?.postMessage(message);

parentPort?.on('message', async (job: EvaluationJob) => {
  try {
    const run = await runEvaluationJob(job, parts, (decisions) => say({ kind: 'progress', decisions }));
    say({ kind: 'done', run });
  } catch (error) {
    say({ kind: 'failed', failure: failureOf(error) });
  }
});
