import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import { gunzip, gzip } from 'node:zlib';
import type { CellRun } from '../policies/evaluation/matrix.ts';
import type { EvaluationJob } from './evaluation-job.ts';
import type { EvaluationRunner } from './evaluation-runner.ts';
import { WriteFailure, writeFileAtomically } from './write-file.ts';

/** All that decides what comes of a job, beside the job itself: by content, wherever it came from. */
export interface JobFacts {
  readonly service: string;
  readonly prices: string;
  /** The workload and the past before it. */
  readonly demand: string;
  /** Of a trained agent; null: the specification says it all. */
  readonly checkpoint: string | null;
}

/** Results of runs, one file each, named by the hash of everything that they depend on. */
export class ResultCache {
  readonly #folder: string;
  readonly #code: string;
  #failure: WriteFailure | null = null;

  constructor(folder: string, code: string) {
    this.#folder = folder;
    this.#code = code;
  }

  /** Null: never run, or not with this code; a file that cannot be read, or holds anything but a run with this seed, counts as none. */
  async read(job: EvaluationJob, facts: JobFacts): Promise<CellRun | null> {
    try {
      const run: CellRun = deserialize(await promisify(gunzip)(await readFile(this.#path(job, facts))));
      const { trace, policy, seed } = job;
      const isRun = run.seed === seed && run.outcome.latency instanceof Float64Array && 'timeline' in run;
      return isRun ? { ...run, trace, policy } : null;
    } catch {
      return null;
    }
  }

  async write(job: EvaluationJob, facts: JobFacts, run: CellRun): Promise<void> {
    await writeFileAtomically(this.#path(job, facts), await promisify(gzip)(serialize(run)));
  }

  /** Why a result could not be kept; null: all were. */
  get failure(): WriteFailure | null {
    return this.#failure;
  }

  /** A runner whose results are kept. A disk that takes none costs what would be spared another time, not what was found now. */
  keeping(runner: EvaluationRunner, factsOf: (job: EvaluationJob) => JobFacts): EvaluationRunner {
    return {
      run: async (job, onProgress) => {
        const run = await runner.run(job, onProgress);
        await this.write(job, factsOf(job), run).catch((error: unknown) => {
          if (!(error instanceof WriteFailure)) throw error;
          this.#failure ??= error;
        });
        return run;
      },
      close: () => runner.close(),
    };
  }

  #path(job: EvaluationJob, facts: JobFacts): string {
    const { specification, seed, knob = null, fidelity, decisions, warmUpSeconds, keepsTimeline } = job;
    const all = [this.#code, facts, specification, seed, knob, fidelity, decisions, warmUpSeconds, keepsTimeline];
    return join(this.#folder, `${sha256(JSON.stringify(all))}.run`);
  }
}

export function sha256(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
