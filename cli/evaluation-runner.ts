import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { CellRun } from '../policies/evaluation/matrix.ts';
import { type EvaluationJob, errorOf, type Failure, runEvaluationJob } from './evaluation-job.ts';
import type { Parts } from './parts.ts';
import type { Runner } from './worker-pool.ts';

export type EvaluationRunner = Runner<EvaluationJob, CellRun>;

/** What the worker says. */
export type WorkerMessage =
  | { readonly kind: 'progress'; readonly decisions: number }
  | { readonly kind: 'done'; readonly run: CellRun }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** In this thread; lets timers and signals through whenever progress is told. */
export function localRunner(parts: Parts): EvaluationRunner {
  return {
    run: (job, onProgress) =>
      runEvaluationJob(job, parts, async (decisions) => {
        onProgress(decisions);
        await setImmediate();
      }),
    close: async () => {},
  };
}

/** In a thread of its own, which lives until the runner is closed and so keeps what it has read. */
export function threadRunner(): EvaluationRunner {
  const worker = new Worker(new URL('./evaluation-worker.js', import.meta.url));
  return {
    run: (job, onProgress) => ask(worker, job, onProgress),
    close: async () => {
      await worker.terminate();
    },
  };
}

function ask(worker: Worker, job: EvaluationJob, onProgress: (done: number) => void): Promise<CellRun> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void) => {
      worker.off('message', hear).off('error', fail).off('exit', leave);
      end();
    };
    const hear = (message: WorkerMessage) => {
      if (message.kind === 'progress') onProgress(message.decisions);
      else if (message.kind === 'done') settle(() => resolve(message.run));
      else settle(() => reject(errorOf(message.failure)));
    };
    const fail = (error: unknown) => settle(() => reject(error));
    const leave = (code: number) => fail(new Error(`an evaluation thread ended early with code ${code}`));
    worker.on('message', hear).on('error', fail).on('exit', leave);
    worker.postMessage(job);
  });
}
